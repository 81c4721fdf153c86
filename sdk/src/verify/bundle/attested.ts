import type { EndorsedAnswerJson, ProofBundle } from '@anlian/contracts';
import {
  type DecodedAttested,
  decodeAttested,
  decodeResponsePayload,
  proposalHash,
  RESPONSE_OK,
  type ResponsePayload,
  type SubmittedTransaction,
  SYSTEM_CHAINCODES,
} from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import { type OpenedAnswer, openAnswer } from './endorsedAnswer.ts';
import type { TrustedChannel } from './trust.ts';

/** A transaction and what its own endorsers signed. */
export interface LedgerTransaction {
  readonly transaction: SubmittedTransaction;
  readonly inner: ResponsePayload;
}

/** An attested transaction taken apart: the question and its answer, and the transaction inside the answer. */
export interface LedgerProof extends LedgerTransaction {
  readonly opened: OpenedAnswer;
  readonly outer: DecodedAttested;
}

/**
 * Takes the ledger proof apart: a question to `qscc` for one transaction, its answer, and nothing besides. Another chaincode that
 * repeats what it is told could have any text signed.
 * @throws VerificationError `ledger_form`
 */
export const openLedgerProof = (json: EndorsedAnswerJson): LedgerProof => {
  const check = 'ledger_form';
  const opened = openAnswer(json, check);
  const outer = decodeAttested(opened);
  const { asked, transaction } = outer;
  const asksSystem =
    asked.chaincode === SYSTEM_CHAINCODES.ledger && asked.header.chaincode === SYSTEM_CHAINCODES.ledger;
  ensure(asksSystem && asked.function === 'GetTransactionByID', check, 'the question is not for a transaction');
  const isAnswer = outer.answeredBy === SYSTEM_CHAINCODES.ledger && outer.status === RESPONSE_OK;
  ensure(isAnswer, check, 'the answer is not the ledger’s own');
  ensure(asked.txId === transaction.header.txId, check, 'the answer is about another transaction');
  return { opened, outer, transaction, inner: decodeResponsePayload(transaction.responsePayload, 'invalid_input') };
};

/** @throws VerificationError `channel` unless question, transaction and file are all of the trusted channel */
export const requireChannel = (
  bundle: Pick<ProofBundle, 'channel'>,
  { outer }: LedgerProof,
  { trust }: TrustedChannel,
): void => {
  const { asked, transaction } = outer;
  const named = [bundle.channel, asked.channel, asked.header.channel, transaction.header.channel];
  ensure(
    named.every((channel) => channel === trust.channel),
    'channel',
    'the proof is of another channel than the trust file',
  );
};

/**
 * Every place that names a chaincode: by the header peers look for it, the call says whom it is for, and one answered. Peers hold the
 * first against the last, our rules the second against the first.
 */
export const namedChaincodes = ({ transaction, inner }: LedgerTransaction): readonly string[] => [
  transaction.header.chaincode,
  transaction.chaincode,
  inner.action.chaincode,
];

/** @throws VerificationError `chaincode` unless the transaction is a call of the trusted chaincode, answered by it */
export const requireChaincode = (
  bundle: Pick<ProofBundle, 'chaincode'>,
  { transaction, inner }: LedgerProof,
  { trust }: TrustedChannel,
): void => {
  ensure(
    [bundle.chaincode, ...namedChaincodes({ transaction, inner })].every((chaincode) => chaincode === trust.chaincode),
    'chaincode',
    'the transaction is a call of another chaincode than the trust file’s',
  );
};

/** @throws VerificationError `transaction_valid` */
export const requireValid = ({ outer }: LedgerProof): void =>
  ensure(outer.validationCode === 'VALID', 'transaction_valid', `the ledger judged it ${outer.validationCode}`);

/** The hash that the transaction's own endorsers must have signed, put together as peers do. */
export const innerProposalHash = ({ transaction }: LedgerTransaction): Promise<Uint8Array> => {
  const { header, proposer, proposalPayload } = transaction;
  const { channelHeader } = header;
  return proposalHash({
    header: { channelHeader, signatureHeader: proposer.signatureHeader },
    payload: proposalPayload,
  });
};
