import { VIEW_FUNCTION, ViewAnswer, type ViewBundle, ViewQuestion, viewedKey } from '@anlian/contracts';
import {
  decodeReadWriteSets,
  fromUtf8,
  holdsOnlyState,
  RESPONSE_OK,
  type ReadWriteSet,
  SYSTEM_CHAINCODES,
} from '../../ledger/codec/index.ts';
import { ensure, isCanonical, requireForm } from '../form.ts';
import { parseJson } from '../json.ts';
import type { OpenedAnswer } from './endorsedAnswer.ts';
import type { TrustedChannel } from './trust.ts';

const LIMITS = { maxBytes: 1 << 20, maxDepth: 16, maxParts: 20_000 };

/** @throws VerificationError `channel` */
export const requireViewChannel = (bundle: ViewBundle, { question }: OpenedAnswer, { trust }: TrustedChannel): void =>
  ensure(
    bundle.channel === trust.channel && question.header.channel === trust.channel,
    'channel',
    'the view is of another channel than the trust file',
  );

/** @throws VerificationError `chaincode` unless this channel's chaincode was asked and answered */
export const requireViewChaincode = (
  bundle: ViewBundle,
  { question, answer }: OpenedAnswer,
  { trust }: TrustedChannel,
): void => {
  const named = [bundle.chaincode, question.header.chaincode, question.chaincode, answer.action.chaincode];
  ensure(
    named.every((chaincode) => chaincode === trust.chaincode),
    'chaincode',
    'the view is another chaincode’s than the trust file’s',
  );
};

/**
 * The question in its one form, to the one function that counts.
 * @throws VerificationError `view_function`
 */
export const openQuestion = ({ question, answer }: OpenedAnswer): ViewQuestion => {
  const check = 'view_function';
  const [name, args, ...surplus] = question.args;
  ensure(name !== undefined && fromUtf8(name) === VIEW_FUNCTION, check, 'another function was asked');
  ensure(args !== undefined && surplus.length === 0, check, 'a view takes one argument');
  const value = parseJson(args, LIMITS, check);
  const asked = requireForm(ViewQuestion, value, check);
  ensure(isCanonical(value, fromUtf8(args)), check, 'the question is not in canonical form');
  ensure(answer.action.status === RESPONSE_OK && answer.action.event === undefined, check, 'it did not just answer');
  return asked;
};

/**
 * The answer is about the fact that was asked for, at the time of the question.
 * @throws VerificationError `view_answer`
 */
export const openViewAnswer = ({ question, answer }: OpenedAnswer, asked: ViewQuestion): ViewAnswer => {
  const check = 'view_answer';
  const read = requireForm(ViewAnswer, parseJson(answer.action.payload, LIMITS, check), check);
  const expected = { ...asked, value: read.value, asOf: question.header.txTime };
  ensure(isCanonical(expected, fromUtf8(answer.action.payload)), check, 'the answer is to another question');
  return read;
};

/** A peer looks the chaincode up before it runs it (Fabric 2, `core/chaincode/lifecycle`). */
const isLookup = ({ namespace, reads, ranges, writes }: ReadWriteSet, chaincode: string): boolean =>
  namespace === SYSTEM_CHAINCODES.lifecycle &&
  ranges.length === 0 &&
  writes.length === 0 &&
  reads.every(({ key }) => key === `namespaces/fields/${chaincode}/Sequence`);

/**
 * The call read the key that was asked for and nothing else, and what it read is what it answered.
 * @throws VerificationError `view_read`
 */
export const requireOneRead = (
  { answer: { action } }: OpenedAnswer,
  asked: ViewQuestion,
  { value }: ViewAnswer,
  { trust }: TrustedChannel,
): void => {
  const check = 'view_read';
  ensure(holdsOnlyState(action.readWriteSet, 'invalid_input'), check, 'it touches private data');
  const sets = decodeReadWriteSets(action.readWriteSet, 'invalid_input');
  const [own, ...surplus] = sets.filter((set) => !isLookup(set, trust.chaincode));
  ensure(own?.namespace === trust.chaincode && surplus.length === 0, check, 'it touches another chaincode’s state');
  ensure(own.writes.length === 0, check, 'it writes');
  const [read, ...others] = own.reads;
  const isOne = others.length === 0 && own.ranges.length === 0 && read?.key === viewedKey(asked);
  ensure(isOne, check, 'it reads other than the key that was asked for');
  ensure((read.version === undefined) === (value === null), check, 'it answers another value than it read');
};
