import * as z from 'zod';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const OFFSET_MS = 8 * HOUR_MS;

/** An instant: RFC 3339 in UTC with milliseconds, the only form on the ledger. */
export const Instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, {
    error: 'an instant like 2026-11-22T08:00:00.000Z',
    abort: true,
  })
  .refine(
    (text) => Number.isFinite(Date.parse(text)) && new Date(Date.parse(text)).toISOString() === text,
    'no such instant',
  );
export type Instant = z.infer<typeof Instant>;

/** The earlier of two ends; null is none. */
export const earlierEnd = (a: Instant | null, b: Instant | null): Instant | null =>
  a !== null && b !== null && b < a ? b : (a ?? b);

/** A calendar day at UTC+8 as printed on a Chinese certificate. */
export const Day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'a day like 2026-11-22', abort: true })
  .refine((text) => {
    const at = Date.parse(`${text}T00:00:00.000Z`);
    return Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
  }, 'no such day');
export type Day = z.infer<typeof Day>;

/** Milliseconds since the epoch of an {@link Instant}. */
export const instantMs = (instant: string): number => Date.parse(instant);

/** The {@link Instant} of milliseconds since the epoch. */
export const toInstant = (ms: number): Instant => new Date(ms).toISOString();

/** First millisecond of a day at UTC+8. China has kept one zone without daylight saving since 1991, so no zone database is needed. */
export const dayStartMs = (day: string): number => Date.parse(`${day}T00:00:00.000Z`) - OFFSET_MS;

/** First millisecond after a day at UTC+8: a certificate valid to that day ends here (24:00). */
export const dayEndMs = (day: string): number => dayStartMs(day) + DAY_MS;

/** The day at UTC+8 on which an instant falls. */
export const dayOf = (ms: number): Day => new Date(ms + OFFSET_MS).toISOString().slice(0, 10);

const MINUTE_MS = 60_000;
const pad = (value: number): string => String(value).padStart(2, '0');

/** An instant as people in China read it: day and minute (`HH:MM`) at UTC+8. What ends at midnight ends at 24:00 of its last day. */
export const dayAndMinute = (ms: number): { readonly day: Day; readonly minute: string } => {
  const beginsDay = dayStartMs(dayOf(ms)) === ms;
  const day = dayOf(beginsDay ? ms - 1 : ms);
  const minutes = Math.floor((ms - dayStartMs(day)) / MINUTE_MS);
  return { day, minute: `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}` };
};

/** A day, some days later (or earlier). */
export const addDays = (day: string, days: number): Day => dayOf(dayStartMs(day) + days * DAY_MS);

/** An instant some calendar months later at UTC+8, keeping the time of day; the end of a shorter month is clamped (31 Aug + 18 = 28 Feb). */
export const addMonthsMs = (ms: number, months: number): number => {
  const local = new Date(ms + OFFSET_MS);
  const first = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months, 1);
  const lastDay = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months + 1, 0)).getUTCDate();
  const day = Math.min(local.getUTCDate(), lastDay);
  const timeOfDayMs = ms + OFFSET_MS - Math.floor((ms + OFFSET_MS) / DAY_MS) * DAY_MS;
  return first + (day - 1) * DAY_MS + timeOfDayMs - OFFSET_MS;
};

/** A day some calendar months later, clamped like {@link addMonthsMs}. */
export const addMonths = (day: string, months: number): Day => dayOf(addMonthsMs(dayStartMs(day), months));
