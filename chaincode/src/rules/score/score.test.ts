import { CREDIT_POLICY_1, DAY_MS, instantMs } from '@anlian/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradeFact, inputsOf, paperFact, violationFact } from '../../testing/facts.ts';
import type { ScoreInputs } from './inputs.ts';
import { scoreOf, scoreTimeline } from './scoreOf.ts';

const at = (inputs: Partial<ScoreInputs>, instant: string) => scoreOf(inputsOf(inputs), instantMs(instant));
const points = (inputs: Partial<ScoreInputs>, instant: string): number => at(inputs, instant).score;

describe('an evaluation', () => {
  it('counts as the last one by each lead enterprise', () => {
    const evaluations = [
      gradeFact(1, 'hengyuan', 'D', '2026-01-10T00:00:00.000Z'),
      gradeFact(2, 'hengyuan', 'B', '2026-06-10T00:00:00.000Z'),
      gradeFact(3, 'qichuan', 'C', '2026-05-10T00:00:00.000Z'),
    ];
    expect(points({ evaluations }, '2026-03-01T00:00:00.000Z')).toBe(85);
    expect(points({ evaluations }, '2026-07-01T00:00:00.000Z')).toBe(93);
    expect(points({ evaluations }, '2027-11-10T00:00:00.000Z')).toBe(98);
    expect(points({ evaluations }, '2027-12-10T00:00:00.000Z')).toBe(100);
  });
});

it('never falls below the floor, and counts on after a fact drops off', () => {
  const violations = [1, 2, 3].map((number) =>
    violationFact(number, `2026-0${number}-01T00:00:00.000Z`, { clause: 'injury_fatal' }),
  );
  expect(at({ violations }, '2026-04-01T00:00:00.000Z')).toMatchObject({ score: 0, band: 'red' });
  expect(points({ violations }, '2027-07-01T00:00:00.000Z')).toBe(20);
});

it.each([
  [20, 'green'],
  [21, 'amber'],
  [40, 'amber'],
  [41, 'red'],
])('bands: %i points lost is %s', (lost, band) => {
  const policy = { ...CREDIT_POLICY_1, clauses: { lost: { company: lost, person: 0, stopWork: false, veto: false } } };
  const violations = [violationFact(1, '2026-03-10T00:00:00.000Z', { clause: 'lost' })];
  expect(at({ policy, violations }, '2026-03-11T00:00:00.000Z').band).toBe(band);
});

/** Facts of all kinds in all states, near each other in time. */
const facts = fc.record({
  violations: fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 1, max: 200 }),
      day: fc.integer({ min: 0, max: 700 }),
      clause: fc.constantFrom(...Object.keys(CREDIT_POLICY_1.clauses)),
      acknowledged: fc.boolean(),
      appealed: fc.constantFrom(null, 'upheld', 'rejected', 'withdrawn'),
    }),
    { selector: ({ number }) => number, maxLength: 12 },
  ),
  papers: fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 1, max: 200 }),
      type: fc.constantFrom('liability_insurance', 'work_safety_licence', 'construction_qualification'),
      months: fc.integer({ min: 1, max: 9 }),
    }),
    { selector: ({ number }) => number, maxLength: 6 },
  ),
  grades: fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 1, max: 200 }),
      member: fc.constantFrom('hengyuan', 'qichuan'),
      grade: fc.constantFrom('A', 'B', 'C', 'D'),
      day: fc.integer({ min: 0, max: 5 }),
    }),
    { selector: ({ number }) => number, maxLength: 6 },
  ),
});

const BEGIN_MS = instantMs('2026-01-01T00:00:00.000Z');
const dayAt = (day: number): string => new Date(BEGIN_MS + day * DAY_MS).toISOString();

type Facts = typeof facts extends fc.Arbitrary<infer T> ? T : never;

const inputsFrom = ({ violations, papers, grades }: Facts): ScoreInputs =>
  inputsOf({
    violations: violations.map(({ number, day, clause, acknowledged, appealed }) =>
      violationFact(number, dayAt(day), {
        clause,
        acknowledgedAt: acknowledged ? dayAt(day + 1) : null,
        appeals:
          appealed === null
            ? []
            : [
                {
                  ground: 'facts_wrong',
                  commitment: 'c',
                  at: dayAt(day + 2),
                  endedAt: dayAt(day + 5),
                  outcome: appealed,
                  by: 'qichuan',
                },
              ],
      }),
    ),
    credentials: papers.map(({ number, type, months }) =>
      paperFact(number, type, { validFrom: '2026-01-01', validTo: `2026-0${months}-28` }),
    ),
    evaluations: grades.map(({ number, member, grade, day }) => gradeFact(number, member, grade, dayAt(day))),
  });

const shuffled = <T>(all: readonly T[], random: readonly number[]): readonly T[] =>
  all
    .map((value, index) => ({ value, rank: random[index] ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);

it('does not depend on the order of the facts', () => {
  const ranks = fc.array(fc.double({ noNaN: true }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(facts, ranks, fc.integer({ min: 0, max: 800 }), (given, random, day) => {
      const inputs = inputsFrom(given);
      const other = {
        ...inputs,
        violations: shuffled(inputs.violations, random),
        credentials: shuffled(inputs.credentials, random),
        evaluations: shuffled(inputs.evaluations, random),
      };
      expect(scoreOf(other, BEGIN_MS + day * DAY_MS)).toEqual(scoreOf(inputs, BEGIN_MS + day * DAY_MS));
    }),
  );
});

it('changes only at the steps of its timeline, and each step is the score then', () => {
  const toMs = BEGIN_MS + 1300 * DAY_MS;
  fc.assert(
    fc.property(
      facts,
      fc.array(fc.integer({ min: 0, max: 1300 * DAY_MS - 1 }), { maxLength: 20 }),
      (given, offsets) => {
        const inputs = inputsFrom(given);
        const steps = scoreTimeline(inputs, BEGIN_MS, toMs);
        for (const offset of offsets) {
          const step = steps.filter(({ fromMs }) => fromMs <= BEGIN_MS + offset).at(-1);
          expect(scoreOf(inputs, BEGIN_MS + offset)).toMatchObject({ score: step?.score, band: step?.band });
        }
        for (const [index, { fromMs, score }] of steps.entries()) {
          const next = steps[index + 1];
          if (next === undefined) continue;
          expect(next.score).not.toBe(score);
          expect(scoreOf(inputs, fromMs).nextChangeAt).toBe(new Date(next.fromMs).toISOString());
        }
      },
    ),
  );
});
