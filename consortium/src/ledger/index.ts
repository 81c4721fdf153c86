export { serveLedger } from './http.ts';
export { type EmbeddedLedger, type EmbeddedLedgerOptions, type LedgerMetrics, openEmbeddedLedger } from './ledger.ts';
export type { CommitStatus } from './orderer.ts';
export type { Contract, Genesis, GenesisMsp, LedgerLog, Operator } from './types.ts';
