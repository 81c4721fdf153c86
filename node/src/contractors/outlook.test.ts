import { CREDIT_POLICY_1, type CredentialRecord, DAY_MS, dayEndMs, type ViolationRecord } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { type CompanyRecords, changeAt, outlookAt, policyTerms, scoreAt, timelineOf } from './outlook.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');
const COMPANY = '91990202MAAA00071H';
const instant = (ms: number) => new Date(ms).toISOString();

const violation = (clause: string, occurredAt: number, imported = true): ViolationRecord => ({
  version: 1,
  violation: `vio_${clause}`,
  company: COMPANY,
  site: 'tank-farm',
  clause,
  occurredAt: instant(occurredAt),
  commitment: 'A'.repeat(43),
  recordedBy: imported ? null : 'hengyuan',
  recordedAt: instant(imported ? NOW - DAY_MS : occurredAt),
  imported,
  acknowledgedAt: null,
  appeals: [],
});

const insurance = (validTo: string): CredentialRecord => ({
  version: 1,
  facts: {
    credential: 'crd_insurance',
    subject: { kind: 'company', company: COMPANY },
    type: 'liability_insurance',
    authority: 'insurer',
    commitment: 'A'.repeat(43),
    attestation: { method: 'phone', checkedAt: instant(NOW - DAY_MS) },
    validFrom: '2025-11-23',
    validTo,
  },
  attestor: 'zhengheng',
  recordedAt: instant(NOW - DAY_MS),
  suspensions: [],
  revokedAt: null,
  revokedFor: null,
  successors: [],
});

const records = (facts: Partial<CompanyRecords>): CompanyRecords => ({
  company: COMPANY,
  violations: [],
  credentials: [],
  evaluations: [],
  ...facts,
});
const stricter = { ...CREDIT_POLICY_1, id: 'credit-policy/2', insurance: { ...CREDIT_POLICY_1.insurance, points: 50 } };
const policies = new Map([
  ['first', CREDIT_POLICY_1],
  ['second', stricter],
]);
const adoption = (policyHash: string, effectiveAt: number, adoptedAt = NOW - 10 * DAY_MS) => ({
  policyHash,
  effectiveAt: instant(effectiveAt),
  adoptedAt: instant(adoptedAt),
});
const first = policyTerms([adoption('first', NOW - 9 * DAY_MS)], policies);

describe('a company’s outlook', () => {
  /** STARTING-SET, 蓝界: 85 today, 65 tomorrow. */
  const lanjie = records({
    violations: [violation('confined_space_untested', NOW - 30 * DAY_MS)],
    credentials: [insurance('2026-11-22')],
  });

  it('is that of the starting set: 85 today, 65 when the insurance has ended at 24:00', () => {
    const outlook = outlookAt(lanjie, first, NOW);
    expect(outlook?.score).toMatchObject({ score: 85, band: 'green' });
    expect(outlook?.nextChange).toMatchObject({
      at: instant(dayEndMs('2026-11-22')),
      score: 65,
      band: { code: 'amber' },
      regained: [],
    });
    expect(outlook?.nextChange?.text.zh).toBe(
      '2026年11月22日24:00 起 65 分（黄）：安全生产责任保险：强制保险已失效 −20',
    );
    expect(outlook?.nextLoss).toEqual(outlook?.nextChange);
  });

  it('tells a change for the better from the next one for the worse', () => {
    const dropsOff = Date.parse('2025-05-25T08:00:00.000Z');
    const facts = records({
      violations: [violation('watch_person_absent', dropsOff)],
      credentials: [insurance('2026-12-31')],
    });
    const outlook = outlookAt(facts, first, NOW);
    expect(outlook?.nextChange).toMatchObject({
      at: '2026-11-25T08:00:00.000Z',
      score: 100,
      lost: [],
      regained: [{ points: 5 }],
    });
    expect(outlook?.nextLoss).toMatchObject({ at: '2026-12-31T16:00:00.000Z', score: 80 });
  });

  it('sees a notice count by itself after the policy’s seven days', () => {
    const facts = records({ violations: [violation('no_helmet', NOW, false)], credentials: [insurance('2028-01-01')] });
    expect(timelineOf(facts, first, NOW, NOW + 8 * DAY_MS).map(({ fromMs, score }) => [fromMs - NOW, score])).toEqual([
      [0, 100],
      [7 * DAY_MS, 99],
    ]);
  });

  it('has no change ahead when nothing ends', () => {
    expect(outlookAt(records({ credentials: [insurance('2030-01-01')] }), first, NOW)).toMatchObject({
      nextChange: null,
      nextLoss: null,
    });
  });

  it('does not exist before the first policy', () => {
    expect(outlookAt(lanjie, first, NOW - 9 * DAY_MS - 1)).toBeUndefined();
    expect(scoreAt(lanjie, [], NOW)).toBeUndefined();
  });
});

describe('policies in force', () => {
  const switchMs = NOW + 2 * DAY_MS;
  const terms = policyTerms([adoption('second', switchMs), adoption('first', NOW - 9 * DAY_MS)], policies);

  it('follow one another in the order of the instants from which they hold', () => {
    expect(terms.map(({ fromMs, policyHash }) => [fromMs, policyHash])).toEqual([
      [NOW - 9 * DAY_MS, 'first'],
      [switchMs, 'second'],
    ]);
  });

  it('are those adopted last where two hold from the same instant', () => {
    const both = [adoption('first', switchMs, NOW - 2 * DAY_MS), adoption('second', switchMs, NOW - 3 * DAY_MS)];
    expect(policyTerms(both, policies).map(({ policyHash }) => policyHash)).toEqual(['first']);
  });

  it('change a score at the switch: what was lost before is lost again at the new price', () => {
    const facts = records({});
    const steps = timelineOf(facts, terms, NOW, NOW + 5 * DAY_MS);
    expect(steps.map(({ fromMs, score }) => [fromMs, score])).toEqual([
      [NOW, 80],
      [switchMs, 50],
    ]);
    expect(changeAt(facts, terms, steps[1]!)).toMatchObject({ lost: [{ points: 50 }], regained: [{ points: 20 }] });
  });

  it('make no step where the score stays the same', () => {
    const facts = records({ credentials: [insurance('2030-01-01')] });
    expect(timelineOf(facts, terms, NOW, NOW + 5 * DAY_MS)).toHaveLength(1);
  });
});
