import { createHash } from 'node:crypto';
import {
  addMonthsMs,
  DAY_MS,
  dayOf,
  dayStartMs,
  formatId,
  HOUR_MS,
  type ImportedFact,
  toInstant,
} from '@anlian/contracts';
import { COMPANIES } from './companies.ts';

/** An id that a repeated start makes again: the starting set is loaded once, whatever happens meanwhile. */
export const fixedBytes = (name: string, length: number): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`anlian starting set: ${name}`).digest().subarray(0, length));

/** The instant whose 18 months end tomorrow at noon; where no day gives that (tomorrow is a 31st), the first later one. */
const dropsOffTomorrow = (nowMs: number): number => {
  const tomorrowNoonMs = dayStartMs(dayOf(nowMs)) + DAY_MS + 12 * HOUR_MS;
  let occurredMs = addMonthsMs(tomorrowNoonMs, -18);
  while (addMonthsMs(occurredMs, 18) < tomorrowNoonMs) occurredMs += DAY_MS;
  return occurredMs;
};

/** 鼎固's facts, older than the channel: they enter once, by vote, while the channel is founded. */
export const importedFacts = (nowMs: number): ImportedFact[] => {
  const violation = (name: string, site: string, clause: string, occurredMs: number): ImportedFact => ({
    kind: 'violation',
    violation: formatId('vio', fixedBytes(name, 16)),
    company: COMPANIES.dinggu,
    site,
    clause,
    occurredAt: toInstant(occurredMs),
    commitment: Buffer.from(fixedBytes(`${name} report`, 32)).toString('base64url'),
  });
  return [
    violation('dinggu harness', 'hengyuan-hazchem', 'no_harness_at_height', addMonthsMs(nowMs, -4)),
    violation('dinggu watch', 'qichuan-expansion', 'watch_person_absent', dropsOffTomorrow(nowMs)),
    violation('dinggu helmet', 'qichuan-expansion', 'no_helmet', addMonthsMs(nowMs, -2)),
  ];
};
