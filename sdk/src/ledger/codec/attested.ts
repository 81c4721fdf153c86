import { AnlianError } from '@anlian/contracts';
import { fromUtf8 } from './bytes.ts';
import type { DecodedAnswer, EndorsedAnswer } from './endorsedAnswer.ts';
import type { TransactionHeader } from './header.ts';
import { readProcessed, readTransaction, type SubmittedTransaction } from './submitted.ts';
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
  /** The chaincode that answered, and its status. */
  readonly answeredBy: string;
  readonly status: number;
  readonly validationCode: ValidationCode;
  readonly transaction: SubmittedTransaction;
}

const text = (bytes: Uint8Array | undefined): string => {
  try {
    return fromUtf8(bytes ?? new Uint8Array());
  } catch {
    return '';
  }
};

/**
 * The transaction inside an answer of `qscc`. Nothing is verified: the caller checks hash and signatures of the answer, and that
 * question and answer name the same channel and transaction. Throws `invalid_input` for an answer to other questions.
 */
export const decodeAttested = ({ question, answer }: DecodedAnswer): DecodedAttested => {
  const fault = 'invalid_input';
  const processed = readProcessed(answer.action.payload, fault);
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
    answeredBy: answer.action.chaincode,
    status: answer.action.status,
    validationCode: validationCodeName(processed.validationCode),
    transaction: readTransaction(processed.envelope, fault),
  };
};
