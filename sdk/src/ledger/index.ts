export {
  createAuthority,
  type IssuingSources,
  issueCertificate,
  type KeyPairPem,
  type Purpose,
  type Subject,
} from './authority.ts';
export * from './codec/index.ts';
export * as messages from './codec/messages.ts';
export { type ConfigurationBlocks, configurationBlocksOf, type ReadBlock } from './configurationBlocks.ts';
export { connectLedger, LedgerConnection, type LedgerOptions } from './connect.ts';
export type { ConnectedLedger } from './connected.ts';
export { connectEmbedded, type EmbeddedOptions } from './embedded/connect.ts';
export { encodeFrame } from './embedded/frames.ts';
export type { Fetch } from './embedded/http.ts';
export { invalidTransaction, isReadConflict } from './endorsed.ts';
export { connectFabricGateway, type FabricGatewayOptions } from './gateway/connect.ts';
export { type LedgerIdentity, signerOf } from './identity.ts';
export { createMsp, type MspMaterial, type MspOptions } from './msp.ts';
export { connectFabricNetwork, type FabricNetworkOptions } from './network22/connect.ts';
export {
  type Commit,
  type FollowOptions,
  LEDGER_LABELS,
  type Ledger,
  LedgerDescription,
  type LedgerKind,
} from './port.ts';
export type { Clock, Random } from './sources.ts';
