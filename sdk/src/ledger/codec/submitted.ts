import { readWire } from '@anlian/chaincode/wire';
import { AnlianError } from '@anlian/contracts';
import { concatBytes } from './bytes.ts';
import type { TransactionEnvelope } from './envelope.ts';
import { claimedTime } from './header.ts';
import type { DecodeFault } from './messages.ts';
import {
  calledChaincode,
  channelOf,
  isEndorserTransaction,
  onlyActionOf,
  openOrdered,
  signerIn,
  txIdOf,
} from './ordered.ts';
import { decodeInvocation } from './proposal.ts';

/** A transaction as a peer reads it, whoever spelled it and how: its signatures are over these bytes as they are. */
export interface SubmittedTransaction extends TransactionEnvelope {
  /**
   * Who made the proposal that was endorsed. Peers take the hash of the proposal from here, and the submitter's signature from the
   * transaction's own header.
   */
  readonly proposer: { readonly signatureHeader: Uint8Array; readonly creator: Uint8Array };
}

/**
 * Reads an endorser transaction as the peers that judged it did: a verifier who asked for one spelling would refuse what is on the
 * ledger, and one who passed over the others would not see it.
 * @throws {AnlianError} `fault` for another type of transaction, or one with other than one action
 */
export const readTransaction = (envelope: Uint8Array, fault: DecodeFault): SubmittedTransaction => {
  const ordered = openOrdered(envelope, fault);
  if (!isEndorserTransaction(ordered))
    throw new AnlianError(fault, { field: 'Transaction', detail: 'expected an endorser transaction' });
  const { payload, signature, type, channelHeader, signatureHeader } = ordered;
  const { header: proposed, ...action } = onlyActionOf(ordered, fault);
  return {
    payload,
    signature,
    header: {
      channelHeader,
      signatureHeader,
      type,
      channel: channelOf(ordered, fault),
      chaincode: calledChaincode(ordered),
      txId: txIdOf(ordered, fault),
      txTime: claimedTime(channelHeader, fault),
      ...signerIn(signatureHeader, fault),
    },
    proposer: { signatureHeader: proposed, creator: signerIn(proposed, fault).creator },
    ...decodeInvocation(action.proposalPayload, fault),
    ...action,
  };
};

/** Field numbers of `protos.ProcessedTransaction` (fabric-protos, `peer/transaction.proto`). */
const PROCESSED = { envelope: 1, validationCode: 2 };

/** What `qscc` answers, in which a peer leaves the envelope as its submitter spelled it. */
export const readProcessed = (
  bytes: Uint8Array,
  fault: DecodeFault,
): { readonly envelope: Uint8Array; readonly validationCode: number } => {
  const processed = readWire(bytes, fault);
  const envelope = processed.all(PROCESSED.envelope);
  if (envelope.length === 0) throw new AnlianError(fault, { field: 'ProcessedTransaction.transactionEnvelope' });
  return { envelope: concatBytes(...envelope), validationCode: processed.integer(PROCESSED.validationCode) };
};
