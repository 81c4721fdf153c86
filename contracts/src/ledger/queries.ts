import * as z from 'zod';
import { CompanyId, Digest } from '../ids.ts';
import { Instant } from '../time.ts';
import { stateKey } from './state.ts';
import { VIEW_FUNCTION, ViewQuestion } from './views.ts';

const KEY_PREFIXES: readonly string[] = Object.values(stateKey).map((key: (...parts: string[]) => string) =>
  key('', '', '').replace(/\/.*$/, ''),
);

/** A key of world state, or the beginning of one at a `/`. */
const StateKey = z
  .string()
  .max(300)
  .regex(/^[a-z-]+(?:\/[A-Za-z0-9._:-]+)*$/)
  .refine((key) => KEY_PREFIXES.includes(key.replace(/\/.*$/, '')), 'no key of the ledger begins so');

/** Arguments of the ledger's read-only functions. */
export const QUERY_ARGS = {
  /** The score at an instant, under the policy in force then unless one is named. */
  'query:score': z.strictObject({ company: CompanyId, effectiveAt: Instant, policyHash: Digest.optional() }),
  'query:get': z.strictObject({ key: StateKey }),
  /** Entries below a prefix, a page at a time: `after` is the `next` of the page before. */
  'query:range': z.strictObject({ prefix: StateKey, after: StateKey.optional() }),
  [VIEW_FUNCTION]: ViewQuestion,
} as const satisfies Record<string, z.ZodType>;

export type QueryName = keyof typeof QUERY_ARGS;
export type QueryArgs<N extends QueryName> = z.infer<(typeof QUERY_ARGS)[N]>;

/** Entries of one page of `query:range` at the most. */
export const QUERY_PAGE = 1000;

/** A page of `query:range`; `next` is null on the last one. */
export interface RangePage {
  readonly entries: readonly { readonly key: string; readonly value: unknown }[];
  readonly next: string | null;
}
