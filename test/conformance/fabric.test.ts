import { openFabric } from '../support/fabricNetwork.ts';
import { noFabric } from '../support/fabricParts.ts';
import { ledgerConformance } from './ledger.ts';

/** Two of three governors attest. */
const GOVERNED = { kind: 'fabric', attestations: 2, reasonToSkip: noFabric } as const;

ledgerConformance('Hyperledger Fabric, by fabric-gateway', openFabric('fabric-gateway'), {
  ...GOVERNED,
  // The peer is asked for the commit in a call, which ends with the line.
  lostAnswer: 'ledger_unavailable',
});
ledgerConformance('Hyperledger Fabric, by fabric-network', openFabric('fabric-network'), {
  ...GOVERNED,
  // Peers of 2.2 have no such call: the client reads blocks, and goes on reading where the line ended.
  lostAnswer: 'accepted',
});
