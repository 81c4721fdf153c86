import { expect, it } from 'vitest';
import { placeSteps, stepPath } from './timelinePath.ts';

it('draws a score that stays level until it steps, to the end of the ninety days', () => {
  const steps = placeSteps([
    { from: '2026-11-22T16:00:00.000Z', score: 85 },
    { from: '2027-01-06T16:00:00.000Z', score: 65 },
  ]);
  expect(steps.map(({ x, y }) => [x, y])).toEqual([
    [0, 15],
    [50, 35],
  ]);
  expect(stepPath(steps)).toBe('M0 15H50V35H100');
});

it('draws nothing of no steps', () => {
  expect(stepPath(placeSteps([]))).toBe('');
});
