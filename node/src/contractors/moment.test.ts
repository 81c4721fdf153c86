import { describe, expect, it } from 'vitest';
import { momentText } from './moment.ts';

describe('a moment as people read it', () => {
  it.each([
    ['2027-03-31T16:00:00.000Z', '2027年3月31日24:00', '2027-03-31 24:00 (UTC+8)'],
    ['2027-03-31T16:00:00.001Z', '2027年4月1日00:00', '2027-04-01 00:00 (UTC+8)'],
    ['2027-03-31T15:59:59.999Z', '2027年3月31日23:59', '2027-03-31 23:59 (UTC+8)'],
    ['2026-12-31T16:00:00.000Z', '2026年12月31日24:00', '2026-12-31 24:00 (UTC+8)'],
    ['2027-01-01T01:05:00.000Z', '2027年1月1日09:05', '2027-01-01 09:05 (UTC+8)'],
  ])('%s is %s', (instant, zh, en) => {
    expect(momentText(Date.parse(instant))).toEqual({ zh, en });
  });
});
