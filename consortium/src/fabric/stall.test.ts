import { describe, expect, it } from 'vitest';
import { createStallWatch, STALLED_AFTER_MS } from './stall.ts';

describe('an orderer that knows no leader', () => {
  const SECOND_MS = 1_000;
  /** What it has written by each second, and at which seconds it counts as stalled. */
  const stalledAt = (writes: readonly (number | undefined)[]): number[] => {
    let nowMs = 0;
    const hasStalled = createStallWatch(() => nowMs);
    return writes.flatMap((count, second) => {
      nowMs = second * SECOND_MS;
      return hasStalled(count) ? [second] : [];
    });
  };
  const after = STALLED_AFTER_MS / SECOND_MS;
  const times = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

  it.each<[string, readonly (number | undefined)[], readonly number[]]>([
    ['has not stalled while its elections go on', Array.from({ length: 60 }, (_, at) => at >> 1), []],
    ['has not stalled while it answers nothing', times(60, undefined), []],
    ['has not stalled before its time', times(after, 1), []],
    ['has stalled when it writes nothing for long', times(after + 1, 1), [after]],
    ['has not stalled when it was silent between', [...times(after, 1), undefined, ...times(after, 1)], []],
    ['is given the same time after it was started anew', times(2 * after + 2, 1), [after, 2 * after + 1]],
    ['has stalled, too, when it never wrote', times(after + 1, 0), [after]],
  ])('%s', (_, writes, expected) => {
    expect(stalledAt(writes)).toEqual(expected);
  });
});
