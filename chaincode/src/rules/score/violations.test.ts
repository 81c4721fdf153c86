import { instantMs, type ViolationRecord } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { inputsOf, violationFact } from '../../testing/facts.ts';
import type { ScoreInputs } from './inputs.ts';
import { scoreOf } from './scoreOf.ts';

const at = (inputs: Partial<ScoreInputs>, instant: string) => scoreOf(inputsOf(inputs), instantMs(instant));
const points = (inputs: Partial<ScoreInputs>, instant: string): number => at(inputs, instant).score;

describe('a violation', () => {
  const occurredAt = '2026-03-10T06:30:00.000Z';
  const notified = violationFact(1, occurredAt, { acknowledgedAt: null });

  it.each([
    ['before it occurred', '2026-03-10T06:29:59.999Z', 100],
    ['as it occurs', '2026-03-10T06:30:00.000Z', 95],
    ['a millisecond before it drops off', '2027-09-10T06:29:59.999Z', 95],
    ['as it drops off, eighteen months later', '2027-09-10T06:30:00.000Z', 100],
  ])('counts over [occurredAt, + 18 months): %s', (_, instant, expected) => {
    expect(points({ violations: [violationFact(1, occurredAt)] }, instant)).toBe(expected);
  });

  it('that occurred on 31 August drops off on the last day of February', () => {
    const violations = [violationFact(1, '2026-08-31T03:00:00.000Z')];
    expect(at({ violations }, '2026-09-01T00:00:00.000Z').deductions[0]?.dropsOffAt).toBe('2028-02-29T03:00:00.000Z');
    const shorter = [violationFact(1, '2025-08-31T03:00:00.000Z')];
    expect(points({ violations: shorter }, '2027-02-28T02:59:59.999Z')).toBe(95);
    expect(points({ violations: shorter }, '2027-02-28T03:00:00.000Z')).toBe(100);
  });

  it('keeps to months at UTC+8, where its day may be the next one', () => {
    const violations = [violationFact(1, '2025-08-30T16:00:00.000Z')];
    expect(at({ violations }, '2025-09-01T00:00:00.000Z').deductions[0]?.dropsOffAt).toBe('2027-02-27T16:00:00.000Z');
  });

  it.each([
    ['not while the contractor may still answer', '2026-03-17T06:29:59.999Z', 100],
    ['seven days after the notice', '2026-03-17T06:30:00.000Z', 95],
  ])('that nobody acknowledged counts %s', (_, instant, expected) => {
    expect(points({ violations: [notified] }, instant)).toBe(expected);
  });

  it('counts from its acknowledgement, to the millisecond', () => {
    const violations = [{ ...notified, acknowledgedAt: '2026-03-11T00:00:00.000Z' }];
    expect(points({ violations }, '2026-03-10T23:59:59.999Z')).toBe(100);
    expect(points({ violations }, '2026-03-11T00:00:00.000Z')).toBe(95);
  });

  it('that was imported counts at once', () => {
    const violations = [{ ...notified, imported: true, recordedBy: null, recordedAt: '2026-11-22T00:00:00.000Z' }];
    expect(points({ violations }, '2026-03-10T06:30:00.000Z')).toBe(95);
  });

  it('of a clause that the policy does not know costs nothing, whatever the code is called', () => {
    const violations = ['retired_clause', 'constructor', 'tostring'].map((clause, number) =>
      violationFact(number + 1, occurredAt, { clause }),
    );
    expect(at({ violations }, '2026-04-01T00:00:00.000Z')).toMatchObject({ score: 100, deductions: [] });
  });

  it('with a veto sets the score to 0, red, until it drops off', () => {
    const violations = [violationFact(1, occurredAt, { clause: 'forged_certificate' })];
    expect(at({ violations }, '2026-04-01T00:00:00.000Z')).toMatchObject({
      score: 0,
      band: 'red',
      deductions: [{ kind: 'veto', points: 100, dropsOffAt: '2027-09-10T06:30:00.000Z' }],
      nextChangeAt: '2027-09-10T06:30:00.000Z',
    });
  });

  it('names its site, recorder, clause, version and when it drops off', () => {
    const violation = violationFact(1, occurredAt);
    expect(at({ violations: [violation] }, '2026-04-01T00:00:00.000Z').deductions).toEqual([
      {
        kind: 'violation',
        fact: violation.violation,
        version: 2,
        code: 'no_harness_at_height',
        points: 5,
        site: 'terminal',
        recordedBy: 'hengyuan',
        dropsOffAt: '2027-09-10T06:30:00.000Z',
      },
    ]);
  });
});

describe('an appeal', () => {
  const occurredAt = '2026-03-10T06:30:00.000Z';
  const appealed = (end: Partial<ViolationRecord['appeals'][number]>) =>
    violationFact(1, occurredAt, {
      appeals: [
        {
          ground: 'facts_wrong',
          commitment: 'c',
          at: '2026-03-12T00:00:00.000Z',
          endedAt: '2026-03-20T00:00:00.000Z',
          outcome: null,
          by: null,
          ...end,
        },
      ],
    });

  it.each([
    ['pending', { endedAt: null }, [95, 100, 100, 'held']],
    ['upheld', { outcome: 'upheld', by: 'qichuan' }, [95, 100, 100, 'void']],
    ['rejected', { outcome: 'rejected', by: 'qichuan' }, [95, 100, 95, 'counted']],
    ['withdrawn', { outcome: 'withdrawn', by: 'dinggu' }, [95, 100, 95, 'counted']],
  ] as const)('%s: before it, while it is open, after its end', (_, end, [before, open, after, state]) => {
    const violations = [appealed(end)];
    expect(points({ violations }, '2026-03-11T23:59:59.999Z')).toBe(before);
    expect(points({ violations }, '2026-03-12T00:00:00.000Z')).toBe(open);
    expect(points({ violations }, '2026-03-19T23:59:59.999Z')).toBe(open);
    const later = at({ violations }, '2026-03-20T00:00:00.000Z');
    expect(later.score).toBe(after);
    expect(later.inputs.find(({ fact }) => fact.startsWith('vio_'))?.state).toBe(state);
  });

  it('rejected before the seven days are over leaves the notice unanswered until they are', () => {
    const violations = [
      { ...appealed({ endedAt: '2026-03-13T00:00:00.000Z', outcome: 'rejected' as const }), acknowledgedAt: null },
    ];
    expect(points({ violations }, '2026-03-17T06:29:59.999Z')).toBe(100);
    expect(points({ violations }, '2026-03-17T06:30:00.000Z')).toBe(95);
  });
});
