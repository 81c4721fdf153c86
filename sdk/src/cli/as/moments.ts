import { addDays, addMonths, addMonthsMs, DAY_MS, Day, dayOf, HOUR_MS, Instant, toInstant } from '@anlian/contracts';
import * as z from 'zod';

/** `now` or `today`, and so much more or less: `now-90m`, `today+1y`. A month is a calendar month. */
const RELATIVE = /^(now|today)(?:([+-]\d{1,5})(m|h|d|mo|y))?$/;

const MS = { m: 60_000, h: HOUR_MS, d: DAY_MS } as const;
const MONTHS = { mo: 1, y: 12 } as const;

const patternOf = (schema: z.ZodType): unknown => z.toJSONSchema(schema).pattern;
const INSTANT_PATTERN = patternOf(Instant);
const DAY_PATTERN = patternOf(Day);

const isMonths = (unit: string): unit is keyof typeof MONTHS => unit in MONTHS;
const isMs = (unit: string): unit is keyof typeof MS => unit in MS;

const instantOf = (amount: number, unit: string, nowMs: number): string =>
  toInstant(isMonths(unit) ? addMonthsMs(nowMs, amount * MONTHS[unit]) : nowMs + (isMs(unit) ? amount * MS[unit] : 0));

const dayFrom = (amount: number, unit: string, nowMs: number): string | undefined => {
  const today = dayOf(nowMs);
  if (isMonths(unit)) return addMonths(today, amount * MONTHS[unit]);
  return unit === 'd' ? addDays(today, amount) : undefined;
};

/** A moment told relative to now, in the form that a field of this pattern takes; any other text as it is. Days are days at UTC+8. */
export const momentOf = (text: string, pattern: unknown, nowMs: number): string => {
  const [, , amount = '0', unit = 'd'] = RELATIVE.exec(text) ?? [];
  if (!RELATIVE.test(text)) return text;
  if (pattern === INSTANT_PATTERN) return instantOf(Number(amount), unit, nowMs);
  if (pattern === DAY_PATTERN) return dayFrom(Number(amount), unit, nowMs) ?? text;
  return text;
};
