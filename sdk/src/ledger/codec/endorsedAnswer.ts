import { decodeIdentity } from './identity.ts';
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

/** The answer in the one form that a proof has: its endorsements in the order of their MSP ids. @throws {AnlianError} `fault` */
export const inOrder = (answer: EndorsedAnswer, fault: DecodeFault): EndorsedAnswer => {
  const named = answer.endorsements.map((endorsement) => ({
    endorsement,
    mspId: decodeIdentity(endorsement.endorser, fault).mspId,
  }));
  named.sort((a, b) => (a.mspId < b.mspId ? -1 : 1));
  return { ...answer, endorsements: named.map(({ endorsement }) => endorsement) };
};
