import * as z from 'zod';

/** What neither a database nor RFC 8785 can hold, and what could forge a second line or move a terminal's cursor. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** One line of text as it was given: no control characters, no lone surrogates. */
export const cleanLine = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !CONTROL.test(text), 'no control characters');

/** A name in both languages. */
export const DisplayName = z.strictObject({ zh: cleanLine(100), en: cleanLine(100) });

/** An http(s) address that may be shown to anybody: no user, no query, no fragment. */
export const WebAddress = z
  .url({ protocol: /^https?$/ })
  .max(256)
  .refine((text) => {
    const url = new URL(text);
    return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  }, 'an http or https address without user, query or fragment');

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
} as const;

/** What a write that goes to the ledger answers: 201 when committed, 202 while queued; the command is to be found under its id. */
export const LedgerReceipt = z.object({
  commandId: z.string(),
  state: z.enum(['queued', 'committed', 'refused', 'needs_signature']),
  txId: z.string().nullable(),
  blockNumber: z.int().nullable(),
  error: z.object({ code: z.string(), detail: z.string() }).nullable(),
});
export type LedgerReceipt = z.infer<typeof LedgerReceipt>;
