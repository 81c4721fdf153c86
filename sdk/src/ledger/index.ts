export * from './codec/index.ts';
export * as messages from './codec/messages.ts';
export { connectEmbedded, type EmbeddedOptions } from './embedded/connect.ts';
export { encodeFrame } from './embedded/frames.ts';
export type { Fetch } from './embedded/http.ts';
export { invalidTransaction, isReadConflict } from './endorsed.ts';
export { type LedgerIdentity, signerOf } from './identity.ts';
export { createMsp, type MspMaterial, type MspOptions } from './msp.ts';
export {
  type Commit,
  type FollowOptions,
  LEDGER_LABELS,
  type Ledger,
  LedgerDescription,
  type LedgerKind,
} from './port.ts';
export type { Clock, Random } from './sources.ts';
