import type { Endorsement } from './response.ts';

/** A question to a chaincode and its answer under the signatures of whoever endorsed it. Nothing of it is on the ledger. */
export interface EndorsedAnswer {
  /** `protos.Proposal` whose hash the payload carries. */
  readonly proposal: Uint8Array;
  /** `protos.ProposalResponsePayload`: the bytes that were endorsed. */
  readonly payload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}
