import { describe, expect, it } from 'vitest';
import { clockText, dayText, momentText } from './time.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');

describe('moments', () => {
  it.each([
    ['2026-12-31T16:00:00.000Z', '12月31日24:00', '31 Dec, 24:00'],
    ['2026-12-31T15:59:59.999Z', '12月31日23:59', '31 Dec, 23:59'],
    ['2026-12-31T16:01:00.000Z', '2027年1月1日00:01', '1 Jan 2027, 00:01'],
    ['2027-03-31T16:00:00.000Z', '2027年3月31日24:00', '31 Mar 2027, 24:00'],
  ])('%s reads %s', (instant, zh, en) => {
    expect(momentText(instant, 'zh', NOW)).toBe(zh);
    expect(momentText(instant, 'en', NOW)).toBe(en);
  });

  it('shows the clock of Shanghai wherever the browser is', () => {
    expect(clockText(NOW)).toBe('16:00:00');
    expect(dayText('2027-03-01', 'zh')).toBe('2027年3月1日');
  });
});
