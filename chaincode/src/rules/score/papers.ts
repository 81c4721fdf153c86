import { type CredentialRecord, type CredentialTypeCode, type Deduction, dayStartMs } from '@anlian/contracts';
import { isRevoked, isSuperseded, type Papers, papersById } from '../credential/line.ts';
import { isSuspended, isWithinDates } from '../credential/status.ts';
import { type Contribution, type ScoreInputs, textOrder } from './inputs.ts';

const isInForce = (record: CredentialRecord, papers: Papers, atMs: number): boolean =>
  isWithinDates(record, atMs) &&
  !isRevoked(record, atMs) &&
  !isSuspended(record, atMs) &&
  !isSuperseded(record, papers, atMs);

const hasStarted = ({ facts }: CredentialRecord, atMs: number): boolean => dayStartMs(facts.validFrom) <= atMs;

/** The paper to renew: of those that have begun and kept their place, the one that was to last longest. */
const latest = (standing: readonly CredentialRecord[]): CredentialRecord | undefined =>
  [...standing]
    .sort(
      ({ facts: a }, { facts: b }) =>
        textOrder(a.validTo ?? '~', b.validTo ?? '~') || textOrder(a.credential, b.credential),
    )
    .at(-1);

const loss = (
  kind: Deduction['kind'],
  code: CredentialTypeCode,
  points: number,
  paper: CredentialRecord | undefined,
): Deduction => ({
  kind,
  code,
  points,
  fact: paper?.facts.credential ?? null,
  version: paper?.version ?? null,
  site: null,
  recordedBy: paper?.attestor ?? null,
  dropsOffAt: null,
});

interface Holding {
  readonly type: CredentialTypeCode;
  readonly covered: boolean;
  readonly lapsed: CredentialRecord | undefined;
}

/** Compulsory insurance is missed by a company that never had it too; a qualification only by one that had it. */
const insuranceLoss =
  (points: number) =>
  ({ type, covered, lapsed }: Holding): readonly Deduction[] =>
    covered ? [] : [loss(lapsed ? 'insurance_lapsed' : 'insurance_missing', type, points, lapsed)];

const qualificationLoss =
  (points: number) =>
  ({ type, covered, lapsed }: Holding): readonly Deduction[] =>
    covered || lapsed === undefined ? [] : [loss('qualification_lapsed', type, points, lapsed)];

export const papersAt = ({ credentials, policy }: ScoreInputs, atMs: number): Contribution => {
  const { insurance, qualification } = policy;
  const papers = papersById(credentials);
  const holding = (type: CredentialTypeCode): Holding => {
    const started = credentials.filter((record) => record.facts.type === type && hasStarted(record, atMs));
    return {
      type,
      covered: started.some((record) => isInForce(record, papers, atMs)),
      lapsed: latest(started.filter((record) => !isSuperseded(record, papers, atMs))),
    };
  };
  const types: readonly string[] = [...insurance.types, ...qualification.types];
  return {
    deductions: [
      ...insurance.types.map(holding).flatMap(insuranceLoss(insurance.points)),
      ...qualification.types.map(holding).flatMap(qualificationLoss(qualification.points)),
    ].filter(({ points }) => points > 0),
    inputs: credentials
      .filter(({ facts }) => types.includes(facts.type))
      .map((record) => ({
        fact: record.facts.credential,
        version: record.version,
        state: isInForce(record, papers, atMs) ? 'in_force' : hasStarted(record, atMs) ? 'lapsed' : 'pending',
      })),
  };
};
