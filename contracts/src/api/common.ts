import * as z from 'zod';
import { codesOf } from '../credit/vocabulary.ts';
import { ERRORS } from '../errors.ts';
import type { Text } from '../text.ts';
import { cleanLine } from './cleanText.ts';

/** A name in both languages. */
export const DisplayName = z.strictObject({ zh: cleanLine(100), en: cleanLine(100) });

/** No blank, no user, no query, no fragment, and none of those begun: what is put after an address must stay part of its path. */
const BARE = /^https?:\/\/[^\p{Cc}\p{Cf}\p{Z}?#@\\]+$/iu;

/** An http(s) address that may be shown to anybody: no user, no query, no fragment. */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(256)
  .refine((text) => BARE.test(text), 'an http or https address without user, query or fragment');

/** RFC 9457 problem with our stable `code`; `title` and `remedy` are in the language of the request. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  remedy: z.string(),
  field: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), detail: z.string() })).optional(),
  traceId: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Where a page begins: what the page before returned as `next`, an id, an instant, a number or base64url. */
export const Cursor = z
  .string()
  .max(512)
  .regex(/^[\w.:-]+$/, 'what the page before returned as `next`');

export const PageQuery = z.object({
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/** A page of a list; `next` is absent on the last one. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().optional() });

/** Where a change stands on its way to the ledger. */
export const COMMAND_STATES = {
  queued: { zh: '排队中', en: 'Queued' },
  committed: { zh: '已上账本', en: 'On the ledger' },
  refused: { zh: '账本拒绝', en: 'Refused by the ledger' },
  needs_signature: { zh: '需本人重新确认', en: 'Needs its person’s signature again' },
  withdrawn: { zh: '管理员已撤回', en: 'Withdrawn by an administrator' },
} as const satisfies Record<string, Text>;
export type CommandState = keyof typeof COMMAND_STATES;
export const COMMAND_STATE_CODES = Object.keys(COMMAND_STATES) as [CommandState, ...CommandState[]];

/** What a write that goes to the ledger answers: 201 when committed, 202 while queued; the command is to be found under its id. */
export const LedgerReceipt = z.object({
  commandId: z.string(),
  state: z.enum(COMMAND_STATE_CODES),
  txId: z.string().nullable(),
  blockNumber: z.int().nullable(),
  error: z
    .object({ code: z.enum(codesOf(ERRORS)), field: z.string().nullable(), detail: z.string().nullable() })
    .nullable(),
});
export type LedgerReceipt = z.infer<typeof LedgerReceipt>;
