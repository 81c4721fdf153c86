import { CREDIT_POLICY_1, type CredentialRecord, type CredentialState } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { scoreOf } from '../score/scoreOf.ts';
import { papersById } from './line.ts';
import { credentialStatus } from './status.ts';

const COMPANY = '91990101MAAA00039J';
const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
const EARLIER = '2026-11-01T00:00:00.000Z';
const LATER = '2026-12-01T00:00:00.000Z';
const [FIRST, SUCCESSOR] = [`crd_${'1'.repeat(32)}`, `crd_${'2'.repeat(32)}`];

interface Paper {
  readonly from?: string;
  readonly to?: string;
  readonly reviewBy?: string;
  readonly recheckBy?: string;
  readonly suspended?: boolean;
  readonly revokedAt?: string;
}

const paper = (
  credential: string,
  { from, to, reviewBy, recheckBy, suspended, revokedAt }: Paper,
): CredentialRecord => ({
  version: 1,
  facts: {
    credential,
    subject: { kind: 'company', company: COMPANY },
    type: 'liability_insurance',
    authority: 'insurer',
    commitment: 'A'.repeat(43),
    attestation: { method: 'register', checkedAt: EARLIER, ...(recheckBy === undefined ? {} : { recheckBy }) },
    validFrom: from ?? '2026-01-01',
    validTo: to ?? '2027-12-31',
    ...(reviewBy === undefined ? {} : { reviewBy }),
  },
  attestor: 'hengyuan',
  recordedAt: EARLIER,
  suspensions: suspended ? [{ from: EARLIER, to: null, reason: 'under_investigation' }] : [],
  revokedAt: revokedAt ?? null,
  revokedFor: revokedAt === undefined ? null : 'forged',
  successors: [],
});

const IN_FORCE: readonly CredentialState[] = ['valid', 'review_overdue', 'recheck_due'];

/** First papers, and what each is while nothing has its place. */
const FIRSTS: readonly (readonly [CredentialState, Paper])[] = [
  ['valid', {}],
  ['review_overdue', { reviewBy: '2026-11-21' }],
  ['recheck_due', { recheckBy: '2026-11-21' }],
  ['suspended', { suspended: true }],
  ['expired', { to: '2026-11-21' }],
  ['revoked', { revokedAt: EARLIER }],
];

/** Successors, and whether each has the first one's place. */
const SUCCESSORS: readonly (readonly [string, Paper, 'has the place' | 'has it not'])[] = [
  ['in force', { from: '2026-11-01' }, 'has the place'],
  ['in force from today', { from: '2026-11-22' }, 'has the place'],
  ['to begin tomorrow', { from: '2026-11-23' }, 'has it not'],
  ['suspended', { from: '2026-11-01', suspended: true }, 'has the place'],
  ['expired', { from: '2026-11-01', to: '2026-11-20' }, 'has the place'],
  ['revoked', { from: '2026-11-01', revokedAt: EARLIER }, 'has it not'],
  ['revoked this instant', { from: '2026-11-01', revokedAt: '2026-11-22T08:00:00.000Z' }, 'has it not'],
  ['to be revoked later', { from: '2026-11-01', revokedAt: LATER }, 'has the place'],
  ['suspended and revoked', { from: '2026-11-01', suspended: true, revokedAt: EARLIER }, 'has it not'],
  ['revoked before it begins', { from: '2026-11-23', revokedAt: EARLIER }, 'has it not'],
];

describe.each(FIRSTS)('a paper that is %s by itself', (alone, facts) => {
  it.each(SUCCESSORS)('with a successor that is %s is as the score counts it', (_what, of, place) => {
    const successor = paper(SUCCESSOR, of);
    const first = {
      ...paper(FIRST, facts),
      successors: [{ credential: SUCCESSOR, from: successor.facts.validFrom }],
    };
    const state = credentialStatus(first, NOW_MS, papersById([successor]));
    expect(state).toBe(place === 'has it not' || alone === 'revoked' ? alone : 'superseded');
    const inputs = {
      company: COMPANY,
      violations: [],
      evaluations: [],
      policy: CREDIT_POLICY_1,
      policyHash: 'A'.repeat(43),
    };
    const score = scoreOf({ ...inputs, credentials: [first, successor] }, NOW_MS);
    const counted = score.inputs.find(({ fact }) => fact === FIRST)?.state === 'in_force';
    expect(counted).toBe(IN_FORCE.includes(state));
  });
});

it('a paper whose successor is not at hand has lost its place, as far as can be told', () => {
  const first = { ...paper(FIRST, {}), successors: [{ credential: SUCCESSOR, from: '2026-11-01' }] };
  expect(credentialStatus(first, NOW_MS, new Map())).toBe('superseded');
});

describe('a line of renewals', () => {
  const THIRD = `crd_${'3'.repeat(32)}`;
  const day = (date: string) => Date.parse(`${date}T00:00:00.000Z`);
  const statesAt = (line: readonly CredentialRecord[], date: string): readonly CredentialState[] =>
    line.map((record) => credentialStatus(record, day(date), papersById(line)));
  const renewedBy = (record: CredentialRecord, ...renewals: readonly CredentialRecord[]): CredentialRecord => ({
    ...record,
    successors: renewals.map(({ facts }) => ({ credential: facts.credential, from: facts.validFrom })),
  });

  it('gives the place of a revoked one to its own renewal, not to the one before it', () => {
    const third = paper(THIRD, { from: '2026-03-01' });
    const second = renewedBy(paper(SUCCESSOR, { from: '2026-02-01', revokedAt: '2026-04-01T00:00:00.000Z' }), third);
    const line = [renewedBy(paper(FIRST, {}), second), second, third];
    expect(statesAt(line, '2026-01-31')).toEqual(['valid', 'not_yet_valid', 'not_yet_valid']);
    expect(statesAt(line, '2026-02-02')).toEqual(['superseded', 'valid', 'not_yet_valid']);
    expect(statesAt(line, '2026-03-02')).toEqual(['superseded', 'superseded', 'valid']);
    expect(statesAt(line, '2026-04-02')).toEqual(['superseded', 'revoked', 'valid']);
  });

  it('goes back to the first while the renewal of a revoked one has not begun', () => {
    const third = paper(THIRD, { from: '2026-05-01' });
    const second = renewedBy(paper(SUCCESSOR, { from: '2026-02-01', revokedAt: '2026-04-01T00:00:00.000Z' }), third);
    const line = [renewedBy(paper(FIRST, {}), second), second, third];
    expect(statesAt(line, '2026-04-02')).toEqual(['valid', 'revoked', 'not_yet_valid']);
    expect(statesAt(line, '2026-05-02')).toEqual(['superseded', 'revoked', 'valid']);
  });

  it('goes back to the first when every later one was revoked', () => {
    const third = paper(THIRD, { from: '2026-03-01', revokedAt: '2026-04-01T00:00:00.000Z' });
    const second = renewedBy(paper(SUCCESSOR, { from: '2026-02-01', revokedAt: '2026-04-01T00:00:00.000Z' }), third);
    const line = [renewedBy(paper(FIRST, {}), second), second, third];
    expect(statesAt(line, '2026-04-02')).toEqual(['valid', 'revoked', 'revoked']);
  });

  it('keeps what a revoked renewal held in its time when another renewal follows', () => {
    const second = paper(SUCCESSOR, { from: '2026-02-01', revokedAt: '2026-04-01T00:00:00.000Z' });
    const third = paper(THIRD, { from: '2026-05-01' });
    const line = [renewedBy(paper(FIRST, {}), second, third), second, third];
    expect(statesAt(line, '2026-03-01')).toEqual(['superseded', 'valid', 'not_yet_valid']);
    expect(statesAt(line, '2026-04-02')).toEqual(['valid', 'revoked', 'not_yet_valid']);
    expect(statesAt(line, '2026-05-02')).toEqual(['superseded', 'revoked', 'valid']);
  });
});
