import type { DecodeFault } from './messages.ts';
import { type DecodedProposal, decodeProposal } from './proposal.ts';
import { decodeResponsePayload, type Endorsement, type ResponsePayload } from './response.ts';

/** A question to a chaincode and its answer under the signatures of whoever endorsed it. Nothing of it is on the ledger. */
export interface EndorsedAnswer {
  /** `protos.Proposal` whose hash the payload carries. */
  readonly proposal: Uint8Array;
  /** `protos.ProposalResponsePayload`: the bytes that were endorsed. */
  readonly payload: Uint8Array;
  readonly endorsements: readonly Endorsement[];
}

/** A question and its answer, taken apart; nothing is verified. */
export interface DecodedAnswer {
  readonly question: DecodedProposal;
  readonly answer: ResponsePayload;
}

export const decodeAnswer = (
  { proposal, payload }: Pick<EndorsedAnswer, 'proposal' | 'payload'>,
  fault: DecodeFault,
): DecodedAnswer => ({
  question: decodeProposal(proposal, fault),
  answer: decodeResponsePayload(payload, fault),
});
