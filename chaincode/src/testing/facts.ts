import {
  CREDIT_POLICY_1,
  type CredentialRecord,
  type EvaluationRecord,
  formatId,
  type IdPrefix,
  type ViolationRecord,
} from '@anlian/contracts';
import type { ScoreInputs } from '../rules/index.ts';
import { POLICY_1_HASH, USCC } from './ledger.ts';
import { COMMITMENT } from './verbs.ts';

const idOf = <P extends IdPrefix>(prefix: P, number: number) => {
  const random = new Uint8Array(16);
  random[15] = number;
  return formatId(prefix, random);
};

/** A violation that was acknowledged as it was recorded, at the moment it occurred. */
export const violationFact = (
  number: number,
  occurredAt: string,
  change: Partial<ViolationRecord> = {},
): ViolationRecord => ({
  version: 2,
  violation: idOf('vio', number),
  company: USCC.dinggu,
  site: 'terminal',
  clause: 'no_harness_at_height',
  occurredAt,
  commitment: COMMITMENT,
  recordedBy: 'hengyuan',
  recordedAt: occurredAt,
  imported: false,
  acknowledgedAt: occurredAt,
  appeals: [],
  ...change,
});

type Facts = CredentialRecord['facts'];

/** A paper with its dates. */
export const paperFact = (
  number: number,
  type: Facts['type'],
  dates: Pick<Facts, 'validFrom'> & Partial<Facts>,
  change: Partial<CredentialRecord> = {},
): CredentialRecord => ({
  version: 1,
  facts: {
    credential: idOf('crd', number),
    subject: { kind: 'company', company: USCC.dinggu },
    type,
    authority: 'insurer',
    commitment: COMMITMENT,
    attestation: { method: 'register', checkedAt: '2026-01-05T02:00:00.000Z' },
    ...dates,
  },
  attestor: 'zhengheng',
  recordedAt: '2026-01-05T02:00:00.000Z',
  suspensions: [],
  revokedAt: null,
  revokedFor: null,
  successors: [],
  ...change,
});

export const gradeFact = (
  number: number,
  member: string,
  grade: EvaluationRecord['grade'],
  occurredAt: string,
): EvaluationRecord => ({
  version: 1,
  evaluation: idOf('evl', number),
  company: USCC.dinggu,
  member,
  grade,
  occurredAt,
  recordedAt: occurredAt,
  imported: false,
});

/** Insurance that covers every test. */
export const INSURED = paperFact(1, 'liability_insurance', { validFrom: '2020-01-01', validTo: '2039-12-31' });

export const inputsOf = (change: Partial<ScoreInputs>): ScoreInputs => ({
  company: USCC.dinggu,
  violations: [],
  credentials: [INSURED],
  evaluations: [],
  policy: CREDIT_POLICY_1,
  policyHash: POLICY_1_HASH,
  ...change,
});
