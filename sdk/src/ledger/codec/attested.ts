import { AnlianError } from '@anlian/contracts';
import { fromUtf8 } from './bytes.ts';
import type { EndorsedAnswer } from './endorsedAnswer.ts';
import { decodeProcessed, decodeTransaction, type TransactionEnvelope } from './envelope.ts';
import type { TransactionHeader } from './header.ts';
import { decodeIdentity, type SerializedIdentity } from './identity.ts';
import { decodeProposal, proposalHash } from './proposal.ts';
import { decodeResponsePayload, type Endorsement } from './response.ts';
import { type ValidationCode, validationCodeName } from './validationCode.ts';

/** A transaction with its validation code under the signatures of peers that committed it: what they answered when asked for it. */
export type AttestedTransaction = EndorsedAnswer;

export interface DecodedAttested {
  /** The question: channel, creator and time of who asked `qscc`. */
  readonly asked: {
    readonly header: TransactionHeader;
    readonly chaincode: string;
    readonly function: string;
    readonly channel: string;
    readonly txId: string;
  };
  /** SHA-256 recomputed from the proposal, and the one under the signatures. */
  readonly proposalHash: Uint8Array;
  readonly signedProposalHash: Uint8Array;
  /** The chaincode that answered, and its status. */
  readonly answeredBy: string;
  readonly status: number;
  readonly validationCode: ValidationCode;
  readonly envelope: Uint8Array;
  readonly transaction: TransactionEnvelope;
  /** Each endorser with the bytes under its signature's first part; the signed message is `payload || endorser`. */
  readonly endorsers: readonly (SerializedIdentity & Endorsement)[];
}

const text = (bytes: Uint8Array | undefined): string => {
  try {
    return fromUtf8(bytes ?? new Uint8Array());
  } catch {
    return '';
  }
};

/**
 * Decodes an attested transaction. Nothing is verified: the caller compares the two hashes, checks the signatures
 * against a trust bundle, and that the question and the answer name the same channel and transaction. Throws
 * `invalid_input` for other bytes.
 */
export const decodeAttested = async (attested: AttestedTransaction): Promise<DecodedAttested> => {
  const fault = 'invalid_input';
  const question = decodeProposal(attested.proposal, fault);
  const answer = decodeResponsePayload(attested.payload, fault);
  const processed = decodeProcessed(answer.action.payload, fault);
  if (question.args.length !== 3)
    throw new AnlianError(fault, { field: 'Proposal', detail: 'GetTransactionByID takes channel and id' });
  const [name, channel, txId] = question.args.map(text);
  return {
    asked: {
      header: question.header,
      chaincode: question.chaincode,
      function: name ?? '',
      channel: channel ?? '',
      txId: txId ?? '',
    },
    proposalHash: await proposalHash(question),
    signedProposalHash: answer.proposalHash,
    answeredBy: answer.action.chaincode,
    status: answer.action.status,
    validationCode: validationCodeName(processed.validationCode),
    envelope: processed.envelope,
    transaction: decodeTransaction(processed.envelope, fault),
    endorsers: attested.endorsements.map((endorsement) => ({
      ...endorsement,
      ...decodeIdentity(endorsement.endorser, fault),
    })),
  };
};
