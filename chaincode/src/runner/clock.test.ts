import { expect, it } from 'vitest';
import { refuseSkew } from './clock.ts';

const AT = '2026-11-22T02:00:00.000Z';
const clock = (aheadMs: number): number => Date.parse(AT) + aheadMs;

it.each([0, 120_000, -120_000])('endorses when the clocks differ by %i ms', (aheadMs) => {
  expect(() => refuseSkew(AT, clock(aheadMs))).not.toThrow();
});

it.each([120_001, -120_001, 600_000, -600_000])('refuses to endorse when they differ by %i ms', (aheadMs) => {
  expect(() => refuseSkew(AT, clock(aheadMs))).toThrow(expect.objectContaining({ code: 'clock_skew' }));
});
