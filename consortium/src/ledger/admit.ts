import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError } from '@anlian/contracts';
import {
  concatBytes,
  decodeReadWriteSets,
  decodeResponsePayload,
  decodeTransaction,
  proposalHash,
  RESPONSE_OK,
  type ReadWriteSet,
  type ResponsePayload,
  sameBytes,
  type TransactionEnvelope,
  transactionId,
  VALIDATION_CODES,
} from '@anlian/sdk/ledger';
import type { Candidate } from './commit.ts';
import { type Membership, requireCreator } from './membership.ts';

export interface Admission {
  readonly channel: string;
  readonly chaincode: string;
  readonly submitters: Membership;
  /** The operator's identity and key: the endorsement policy is its one signature. */
  readonly endorser: Uint8Array;
  readonly endorsers: Membership;
  /** Throws `clock_skew` for a time that differs too much from the clock. */
  readonly refuseSkew: (txTime: string, nowMs: number) => void;
}

/** A transaction on its way into a block. */
export interface Submission extends Candidate {
  readonly envelope: Uint8Array;
}

const requireHeader = async ({ header, chaincode }: TransactionEnvelope, admission: Admission): Promise<void> => {
  if (header.channel !== admission.channel)
    throw new AnlianError('wrong_channel', { field: 'ChannelHeader.channel_id' });
  if (header.chaincode !== admission.chaincode || chaincode !== admission.chaincode)
    throw new AnlianError('wrong_channel', { field: 'ChaincodeHeaderExtension.chaincode_id' });
  if (header.txId !== (await transactionId(header.nonce, header.creator)))
    throw new AnlianError('invalid_input', {
      field: 'ChannelHeader.tx_id',
      detail: 'not the hash of nonce and creator',
    });
};

const isEndorsed = async (
  { responsePayload, endorsements }: TransactionEnvelope,
  { endorser, endorsers }: Admission,
): Promise<boolean> => {
  const ours = endorsements.find((endorsement) => sameBytes(endorsement.endorser, endorser));
  if (ours === undefined) return false;
  const { certificate } = await endorsers.identify(endorser);
  return verifyEs256Der(certificate.publicKey, concatBytes(responsePayload, endorser), ours.signature, { lowS: true });
};

const answersProposal = async (
  transaction: TransactionEnvelope,
  { proposalHash: signed, action }: ResponsePayload,
  chaincode: string,
): Promise<boolean> => {
  const recomputed = await proposalHash({ header: transaction.header, payload: transaction.proposalPayload });
  return sameBytes(signed, recomputed) && action.chaincode === chaincode && action.status === RESPONSE_OK;
};

/** The code that a transaction's endorsement earns, and its sets when it may count. Only what the operator signed is read further. */
const judge = async (
  transaction: TransactionEnvelope,
  admission: Admission,
): Promise<{ code: number; sets: readonly ReadWriteSet[] }> => {
  const refused = (code: number) => ({ code, sets: [] });
  if (!(await isEndorsed(transaction, admission))) return refused(VALIDATION_CODES.ENDORSEMENT_POLICY_FAILURE);
  const payload = decodeResponsePayload(transaction.responsePayload, 'invalid_input');
  if (!(await answersProposal(transaction, payload, admission.chaincode)))
    return refused(VALIDATION_CODES.INVALID_ENDORSER_TRANSACTION);
  return { code: VALIDATION_CODES.VALID, sets: decodeReadWriteSets(payload.action.readWriteSet, 'invalid_input') };
};

/**
 * What an orderer checks before it takes an envelope (a governor's signature), and what validation checks of it without
 * looking at the state. An endorsement that does not hold does not keep a transaction out of its block: its code says so there.
 */
export const admit = async (admission: Admission, envelope: Uint8Array, nowMs: number): Promise<Submission> => {
  const transaction = decodeTransaction(envelope, 'invalid_input');
  await requireHeader(transaction, admission);
  const { creator, txId, txTime } = transaction.header;
  await requireCreator(admission.submitters, {
    creator,
    message: transaction.payload,
    signature: transaction.signature,
    atMs: nowMs,
  });
  // An endorsement that was held back would enter the ledger with the time at which it was asked for.
  admission.refuseSkew(txTime, nowMs);
  return { envelope, txId, ...(await judge(transaction, admission)) };
};
