import { papersById } from '@anlian/chaincode/rules';
import { CREDIT_POLICY_1, type CredentialRecord, type SitePolicy } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { paperFacts, presentAdmission, turnsFor } from './packRows.ts';
import { countEntry, totalPoints } from './personPoints.ts';
import { effectivePolicy } from './sitePolicies.ts';

const policy = (version: number, effectiveFrom: string, years: readonly number[] = []): SitePolicy => ({
  site: 'pier-1',
  version,
  effectiveFrom,
  holdTimeoutSeconds: 300,
  requirements: years.map((limit) => ({
    id: `age_${limit}`,
    workClasses: [],
    need: { need: 'max_age', years: limit },
    effect: 'deny',
    graceDays: 0,
  })),
});

describe('birthdays in a pack', () => {
  it('are those that the site’s age limits name, and no other', () => {
    expect(turnsFor('1970-06-01', policy(1, '2026-01-01T00:00:00.000Z', [55, 60, 55]))).toEqual([
      { years: 56, on: '2026-06-01' },
      { years: 61, on: '2031-06-01' },
    ]);
    expect(turnsFor('1970-06-01', policy(1, '2026-01-01T00:00:00.000Z'))).toEqual([]);
  });
});

describe('the requirement set of a pack', () => {
  const first = policy(1, '2026-01-01T00:00:00.000Z');
  const second = policy(2, '2026-06-01T00:00:00.000Z');
  it.each([
    ['the last that is effective', '2026-06-01T00:00:00.000Z', 2],
    ['not yet the next one', '2026-05-31T23:59:59.999Z', 1],
    ['the first while none is effective', '2025-01-01T00:00:00.000Z', 1],
  ])('is %s', (_name, now, version) => {
    expect(effectivePolicy([first, second], now)?.version).toBe(version);
  });
});

describe('a paper in a pack', () => {
  const record: CredentialRecord = {
    version: 1,
    facts: {
      credential: `crd_${'0'.repeat(32)}`,
      subject: { kind: 'worker', commitment: 'A'.repeat(43) },
      type: 'special_work_welding',
      authority: 'emergency_management',
      commitment: 'A'.repeat(43),
      attestation: { method: 'register', checkedAt: '2026-01-01T00:00:00.000Z' },
      validFrom: '2025-01-01',
    },
    attestor: 'hengyuan',
    recordedAt: '2026-01-01T00:00:00.000Z',
    suspensions: [],
    revokedAt: null,
    revokedFor: null,
    successors: [],
  };
  const nowMs = Date.parse('2026-07-01T00:00:00.000Z');
  const suspension = { from: '2026-02-01T00:00:00.000Z', to: null, reason: 'under_investigation' };
  it.each<[string, Partial<CredentialRecord>, string]>([
    ['in force', {}, 'in_force'],
    ['suspended while a suspension is open', { suspensions: [suspension] }, 'suspended'],
    ['in force after it ended', { suspensions: [{ ...suspension, to: '2026-03-01T00:00:00.000Z' }] }, 'in_force'],
    ['revoked, whatever else it is', { suspensions: [suspension], revokedAt: '2026-03-01T00:00:00.000Z' }, 'revoked'],
  ])('is %s', (_name, change, standing) => {
    expect(paperFacts({ ...record, ...change }, new Map(), undefined, nowMs)).toMatchObject({
      standing,
      coverPerPersonYuan: null,
    });
  });

  const numbered = (digit: string, change: Partial<CredentialRecord> = {}): CredentialRecord => ({
    ...record,
    facts: { ...record.facts, credential: `crd_${digit.repeat(32)}` },
    ...change,
  });
  const from = (digit: string, day: string) => ({ credential: `crd_${digit.repeat(32)}`, from: day });
  const revoked = { revokedAt: '2026-06-02T00:00:00.000Z' };
  const first = { ...record, successors: [from('1', '2026-06-01')] };
  const twice = { ...record, successors: [from('1', '2026-06-01'), from('2', '2026-06-10')] };
  const onward = { ...revoked, successors: [from('2', '2026-08-01')] };
  it.each<[string, CredentialRecord, readonly CredentialRecord[], string | null]>([
    ['from the renewal’s first day on', first, [numbered('1')], '2026-06-01'],
    ['also by a renewal that is not at hand', first, [], '2026-06-01'],
    ['not by one that was revoked', first, [numbered('1', revoked)], null],
    [
      'by one that is revoked only later',
      first,
      [numbered('1', { revokedAt: '2026-07-02T00:00:00.000Z' })],
      '2026-06-01',
    ],
    ['by the next after one that was revoked', twice, [numbered('1', revoked), numbered('2')], '2026-06-10'],
    ['by the renewal of one that was revoked', first, [numbered('1', onward), numbered('2')], '2026-08-01'],
    ['not when its renewal’s renewal was revoked too', first, [numbered('1', onward), numbered('2', revoked)], null],
    ['not without a renewal', record, [numbered('1')], null],
  ])('is superseded %s', (_name, paper, known, day) => {
    expect(paperFacts(paper, papersById(known), undefined, nowMs).supersededFrom).toBe(day);
  });
});

describe('the admission in a pack', () => {
  const now = Date.parse('2026-11-22T08:00:00.000Z');
  const past = { validFrom: '2026-01-01T00:00:00.000Z', releasedAt: '2026-02-01T00:00:00.000Z' };
  const open = { validFrom: '2026-03-01T00:00:00.000Z', releasedAt: null };
  it('is the open one, else the last that ended, else none', () => {
    expect(presentAdmission([open, past], now)).toEqual({ from: open.validFrom, releasedAt: null });
    expect(presentAdmission([past], now)).toEqual({ from: past.validFrom, releasedAt: past.releasedAt });
    expect(presentAdmission([], now)).toBeNull();
  });
});

describe('a person’s points', () => {
  const occurredAt = '2026-01-15T02:00:00.000Z';
  const entry = { clause: 'no_harness_at_height', occurredAt };
  it.each([
    ['before it happened', '2026-01-15T01:59:59.999Z', 0],
    ['from the moment it happened', occurredAt, 6],
    ['to the last moment of eighteen months', '2027-07-15T01:59:59.999Z', 6],
    ['not a moment longer', '2027-07-15T02:00:00.000Z', 0],
  ])('count %s', (_name, at, points) => {
    expect(totalPoints(CREDIT_POLICY_1, [entry], Date.parse(at))).toBe(points);
  });

  it('add up, and each says when it drops off', () => {
    const at = Date.parse('2026-11-22T08:00:00.000Z');
    expect(totalPoints(CREDIT_POLICY_1, [entry, { clause: 'no_helmet', occurredAt }], at)).toBe(9);
    expect(countEntry(CREDIT_POLICY_1, entry, at).dropsOffAt).toBe('2027-07-15T02:00:00.000Z');
  });
});
