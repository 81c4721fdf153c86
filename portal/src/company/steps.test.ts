import { expect, it } from 'vitest';
import { fallsOf } from './steps.ts';

const deduction = (kind: 'violation' | 'veto' | 'insurance_lapsed', points: number) => ({
  kind,
  fact: null,
  version: null,
  code: 'no_helmet',
  points,
  site: null,
  recordedBy: null,
  dropsOffAt: null,
  text: { zh: '', en: '' },
  explanation: { zh: '', en: '' },
});
const levels = (...deductions: ReturnType<typeof deduction>[]) =>
  fallsOf(100, deductions).map(({ from, to }) => [from, to]);

it('lets each deduction begin where the one before ended', () => {
  expect(levels(deduction('violation', 15), deduction('insurance_lapsed', 20))).toEqual([
    [100, 85],
    [85, 65],
  ]);
});

it('stops at the floor', () => {
  expect(levels(deduction('violation', 90), deduction('violation', 40))).toEqual([
    [100, 10],
    [10, 0],
  ]);
});

it('lets a veto take everything, whatever its points', () => {
  expect(levels(deduction('violation', 5), deduction('veto', 0))).toEqual([
    [100, 95],
    [95, 0],
  ]);
});
