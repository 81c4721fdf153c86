import { instantMs } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { INSURED, inputsOf, paperFact } from '../../testing/facts.ts';
import type { ScoreInputs } from './inputs.ts';
import { scoreOf, scoreTimeline } from './scoreOf.ts';

const at = (inputs: Partial<ScoreInputs>, instant: string) => scoreOf(inputsOf(inputs), instantMs(instant));
const points = (inputs: Partial<ScoreInputs>, instant: string): number => at(inputs, instant).score;

describe('compulsory insurance', () => {
  const paper = (dates: { validFrom: string; validTo: string }) => paperFact(7, 'liability_insurance', dates);
  const ends = paper({ validFrom: '2025-11-23', validTo: '2026-11-22' });

  it.each([
    ['the last millisecond of the last day at UTC+8', '2026-11-22T15:59:59.999Z', 100],
    ['24:00 at UTC+8', '2026-11-22T16:00:00.000Z', 80],
  ])('covers its last day whole: %s', (_, instant, expected) => {
    expect(points({ credentials: [ends] }, instant)).toBe(expected);
  });

  it('is lapsed and names the paper, or missing and names the type', () => {
    expect(at({ credentials: [ends] }, '2026-12-01T00:00:00.000Z').deductions).toMatchObject([
      {
        kind: 'insurance_lapsed',
        fact: ends.facts.credential,
        code: 'liability_insurance',
        points: 20,
        dropsOffAt: null,
      },
    ]);
    expect(at({ credentials: [] }, '2026-12-01T00:00:00.000Z').deductions).toMatchObject([
      { kind: 'insurance_missing', fact: null, version: null, code: 'liability_insurance', points: 20 },
    ]);
  });

  it('is missing, not lapsed, until the first paper begins', () => {
    const credentials = [paper({ validFrom: '2026-12-01', validTo: '2027-11-30' })];
    expect(at({ credentials }, '2026-11-30T15:59:59.999Z')).toMatchObject({
      score: 80,
      deductions: [{ kind: 'insurance_missing' }],
      nextChangeAt: '2026-11-30T16:00:00.000Z',
    });
    expect(points({ credentials }, '2026-11-30T16:00:00.000Z')).toBe(100);
  });

  it('renewed early joins without a gap', () => {
    const renewal = paperFact(8, 'liability_insurance', {
      validFrom: '2026-11-23',
      validTo: '2027-11-22',
      supersedes: ends.facts.credential,
    });
    const steps = scoreTimeline(
      inputsOf({ credentials: [ends, renewal] }),
      instantMs('2026-01-01T00:00:00.000Z'),
      instantMs('2027-11-22T15:59:59.999Z'),
    );
    expect(steps).toHaveLength(1);
  });

  describe('replaced by another paper', () => {
    const replaced = {
      ...ends,
      successors: [
        {
          credential: paperFact(8, 'liability_insurance', { validFrom: '2026-03-01' }).facts.credential,
          from: '2026-03-01',
        },
      ],
    };
    const shorter = paperFact(8, 'liability_insurance', {
      validFrom: '2026-03-01',
      validTo: '2026-04-30',
      supersedes: ends.facts.credential,
    });
    const takesOver = '2026-02-28T16:00:00.000Z';
    const before = '2026-02-28T15:59:59.999Z';
    const suspended = {
      ...shorter,
      suspensions: [{ from: '2026-01-01T00:00:00.000Z', to: null, reason: 'under_investigation' }],
    };

    it('covers nothing from the first day of that one at UTC+8, a change that is foreseen', () => {
      const credentials = [replaced, suspended];
      expect(at({ credentials }, before)).toMatchObject({ score: 100, nextChangeAt: takesOver });
      expect(at({ credentials }, takesOver)).toMatchObject({
        score: 80,
        deductions: [{ kind: 'insurance_lapsed', fact: shorter.facts.credential }],
      });
      expect(at({ credentials }, takesOver).inputs.map(({ state }) => state)).toEqual(['lapsed', 'lapsed']);
    });

    it('does not outlive the paper that took its place', () => {
      const credentials = [replaced, shorter];
      expect(points({ credentials }, '2026-04-30T15:59:59.999Z')).toBe(100);
      expect(at({ credentials }, '2026-04-30T16:00:00.000Z')).toMatchObject({
        score: 80,
        deductions: [{ fact: shorter.facts.credential }],
      });
    });

    it('covers again once that one is revoked', () => {
      const revoked = { ...suspended, revokedAt: '2026-03-15T00:00:00.000Z', revokedFor: 'forged' };
      const credentials = [replaced, revoked];
      expect(points({ credentials }, '2026-03-14T23:59:59.999Z')).toBe(80);
      expect(points({ credentials }, '2026-03-15T00:00:00.000Z')).toBe(100);
    });

    it('keeps the score of each instant when it is renewed again after that', () => {
      const revoked = { ...suspended, revokedAt: '2026-03-15T00:00:00.000Z', revokedFor: 'forged' };
      const again = paperFact(9, 'liability_insurance', {
        validFrom: '2026-04-01',
        validTo: '2027-03-31',
        supersedes: ends.facts.credential,
      });
      const { credential, validFrom: from } = again.facts;
      const twice = { ...replaced, successors: [...replaced.successors, { credential, from }] };
      for (const credentials of [
        [replaced, revoked],
        [twice, revoked, again],
      ]) {
        expect(points({ credentials }, '2026-03-14T23:59:59.999Z')).toBe(80);
        expect(points({ credentials }, '2026-03-15T00:00:00.000Z')).toBe(100);
      }
    });
  });

  it.each([
    [
      'suspended',
      {
        suspensions: [
          { from: '2026-05-01T00:00:00.000Z', to: '2026-06-01T00:00:00.000Z', reason: 'under_investigation' },
        ],
      },
      100,
    ],
    ['revoked', { revokedAt: '2026-05-01T00:00:00.000Z', revokedFor: 'forged' }, 80],
  ])('does not cover while %s', (_, change, afterwards) => {
    const credentials = [{ ...ends, ...change }];
    expect(points({ credentials }, '2026-04-30T23:59:59.999Z')).toBe(100);
    expect(points({ credentials }, '2026-05-01T00:00:00.000Z')).toBe(80);
    expect(points({ credentials }, '2026-06-01T00:00:00.000Z')).toBe(afterwards);
  });
});

describe('a qualification', () => {
  const licence = (number: number, change = {}) =>
    paperFact(number, 'work_safety_licence', { validFrom: '2024-01-01', validTo: '2026-06-30' }, change);

  it('that the company never had costs nothing; one that lapsed costs 30', () => {
    expect(points({}, '2026-07-01T00:00:00.000Z')).toBe(100);
    expect(points({ credentials: [INSURED, licence(2)] }, '2026-06-30T15:59:59.999Z')).toBe(100);
    expect(points({ credentials: [INSURED, licence(2)] }, '2026-06-30T16:00:00.000Z')).toBe(70);
  });

  it('costs 30 once per type, and again for another type', () => {
    const other = paperFact(4, 'construction_qualification', { validFrom: '2024-01-01', validTo: '2026-06-30' });
    expect(points({ credentials: [INSURED, licence(2), licence(3)] }, '2026-08-01T00:00:00.000Z')).toBe(70);
    expect(at({ credentials: [INSURED, licence(2), other] }, '2026-08-01T00:00:00.000Z')).toMatchObject({
      score: 40,
      band: 'red',
    });
  });

  it('that was revoked has lapsed', () => {
    const revoked = licence(2, { revokedAt: '2026-02-01T00:00:00.000Z', revokedFor: 'authority_withdrew' });
    expect(points({ credentials: [INSURED, revoked] }, '2026-02-01T00:00:00.000Z')).toBe(70);
  });
});
