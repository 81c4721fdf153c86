import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visitsOf } from './passages.ts';

const at = (hour: number) => `2026-11-22T${String(hour).padStart(2, '0')}:00:00.000Z`;
const through = (passage: 'in' | 'out', hour: number, pass = 'pas_1') => ({
  pass,
  company: null,
  at: at(hour),
  passage,
});

describe('visits', () => {
  it.each([
    ['an entry and an exit are one visit', [through('in', 8), through('out', 17)], [['exited', at(8), at(17)]]],
    ['an entry alone is somebody inside', [through('in', 8)], [['entered', at(8), null]]],
    ['an exit alone has no entry', [through('out', 17)], [['exited', null, at(17)]]],
    [
      'an entry upon an entry closes the first without an exit',
      [through('in', 8), through('in', 12)],
      [
        ['auto_closed', at(8), null],
        ['entered', at(12), null],
      ],
    ],
    [
      'an exit upon an exit has no entry of its own',
      [through('in', 8), through('out', 9), through('out', 10)],
      [
        ['exited', at(8), at(9)],
        ['exited', null, at(10)],
      ],
    ],
  ])('%s', (_name, passages, visits) => {
    expect(visitsOf(passages).map(({ state, enteredAt, exitedAt }) => [state, enteredAt, exitedAt])).toEqual(visits);
  });

  it('do not depend on the order in which gates deliver', () => {
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(hours, fc.infiniteStream(fc.boolean()), fc.nat(), (of, coins, shift) => {
        const passages = of.toSorted((a, b) => a - b).map((hour) => through(coins.next().value ? 'in' : 'out', hour));
        const shuffled = [...passages.slice(shift % passages.length), ...passages.slice(0, shift % passages.length)];
        expect(visitsOf(shuffled)).toEqual(visitsOf(passages));
      }),
    );
  });

  it('of two persons do not mix', () => {
    const visits = visitsOf([through('in', 8, 'pas_1'), through('in', 9, 'pas_2'), through('out', 10, 'pas_1')]);
    expect(visits.find(({ pass }) => pass === 'pas_2')).toMatchObject({ state: 'entered' });
  });
});
