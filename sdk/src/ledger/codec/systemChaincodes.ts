/** Fabric's own chaincodes, by what they answer about: blocks and transactions, the channel's configuration, the chaincodes' definitions. */
export const SYSTEM_CHAINCODES = { ledger: 'qscc', configuration: 'cscc', lifecycle: '_lifecycle' } as const;
