import {
  AnlianError,
  instantMs,
  QUERY_ARGS,
  QUERY_PAGE,
  type QueryArgs,
  type QueryName,
  type RangePage,
  type Score,
  stateRange,
  type ViewAnswer,
  viewedKey,
} from '@anlian/contracts';
import { requiredPolicy, requiredPolicyAt } from '../rules/credit/policyInForce.ts';
import { readScore } from '../rules/score/read.ts';
import { faultsOf } from './faults.ts';
import type { StateReader } from './rule.ts';

const score = async (read: StateReader, args: QueryArgs<'query:score'>): Promise<Score> => {
  const atMs = instantMs(args.effectiveAt);
  const { policyHash } = args;
  const policy = await (policyHash === undefined ? requiredPolicyAt(read, atMs) : requiredPolicy(read, policyHash));
  return readScore(read, args.company, policy, atMs);
};

const get = async (read: StateReader, { key }: QueryArgs<'query:get'>): Promise<unknown> =>
  (await read.get(key)) ?? null;

/** U+0000 makes the smallest key after another. */
const range = async (read: StateReader, { prefix, after }: QueryArgs<'query:range'>): Promise<RangePage> => {
  const [start, end] = stateRange(prefix);
  const entries = await read.range(after === undefined || after < start ? start : `${after}\u0000`, end);
  const page = entries.slice(0, QUERY_PAGE);
  return { entries: page, next: entries.length > page.length ? (page.at(-1)?.key ?? null) : null };
};

/** Reads this one key and nothing else: its endorsers vouch for the value, and a verifier counts the reads. */
const view = async (
  read: StateReader,
  question: QueryArgs<'query:view'>,
  { txTime }: QueryContext,
): Promise<ViewAnswer> => {
  const { type, key } = question;
  return { type, key, value: (await read.get(viewedKey(question))) ?? null, asOf: txTime };
};

/** What a question knows of the transaction that it is part of. */
export interface QueryContext {
  /** Instant with milliseconds. */
  readonly txTime: string;
}

type Answers = {
  readonly [N in QueryName]: (read: StateReader, args: QueryArgs<N>, context: QueryContext) => Promise<unknown>;
};
const ANSWERS: Answers = { 'query:score': score, 'query:get': get, 'query:range': range, 'query:view': view };

const isQueryName = (name: string): name is QueryName => Object.hasOwn(QUERY_ARGS, name);

const answer = <N extends QueryName>(
  read: StateReader,
  name: N,
  args: unknown,
  context: QueryContext,
): Promise<unknown> => {
  const parsed = QUERY_ARGS[name].safeParse(args);
  if (!parsed.success) throw faultsOf(parsed.error);
  return ANSWERS[name](read, parsed.data as QueryArgs<N>, context);
};

/**
 * Answers a read-only function of the ledger: `query:score` with a Score, `query:get` with the value or null, `query:range` with a
 * RangePage, `query:view` with a ViewAnswer. The keys are those of `stateKey`.
 * @throws AnlianError `unknown_command`, `invalid_input`, `invalid_uscc`, `unknown_policy`
 */
export const runQuery = async (
  read: StateReader,
  name: string,
  args: unknown,
  context: QueryContext,
): Promise<unknown> => {
  if (!isQueryName(name)) throw new AnlianError('unknown_command', { field: 'name' });
  return answer(read, name, args, context);
};
