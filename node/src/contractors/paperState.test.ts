import { scoreOf } from '@anlian/chaincode/rules';
import { CREDIT_POLICY_1, type CredentialRecord, type CredentialState } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { paperState } from './paperState.ts';

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
  supersededBy: null,
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
      supersededBy: { credential: SUCCESSOR, from: successor.facts.validFrom },
    };
    const state = paperState(first, new Map([[SUCCESSOR, successor]]), NOW_MS);
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

it('a paper whose successor this node never saw has lost its place, as far as it can tell', () => {
  const first = { ...paper(FIRST, {}), supersededBy: { credential: SUCCESSOR, from: '2026-11-01' } };
  expect(paperState(first, new Map(), NOW_MS)).toBe('superseded');
});
