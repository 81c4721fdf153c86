import {
  type NamedPolicy,
  policyInForce,
  type ScoreInputs,
  type ScoreStep,
  scoreOf,
  scoreTimeline,
} from '@anlian/chaincode/rules';
import {
  BANDS,
  type CreditPolicy,
  DAY_MS,
  type Deduction,
  instantMs,
  type PolicyAdoption,
  type Score,
  type ScoreChange,
  toInstant,
} from '@anlian/contracts';
import { changeText, deductionText } from './explain.ts';

/** A company's facts as the ledger holds them. */
export type CompanyRecords = Pick<ScoreInputs, 'company' | 'violations' | 'credentials' | 'evaluations'>;

/** A policy from the instant at which it came, or comes, into force. */
export interface PolicyTerm extends NamedPolicy {
  readonly fromMs: number;
}

/** Adoptions as the sequence of policies in force, earliest first. */
export const policyTerms = (
  adoptions: readonly PolicyAdoption[],
  policies: ReadonlyMap<string, CreditPolicy>,
): readonly PolicyTerm[] =>
  [...new Set(adoptions.map(({ effectiveAt }) => instantMs(effectiveAt)))]
    .sort((a, b) => a - b)
    .flatMap((fromMs) => {
      const policyHash = policyInForce(adoptions, fromMs)?.policyHash;
      const policy = policyHash === undefined ? undefined : policies.get(policyHash);
      return policyHash === undefined || policy === undefined ? [] : [{ fromMs, policyHash, policy }];
    });

/** The policy in force at an instant; undefined before the first. */
export const termAt = (terms: readonly PolicyTerm[], atMs: number): PolicyTerm | undefined =>
  terms.findLast(({ fromMs }) => fromMs <= atMs);

/** The score at an instant under the policy then in force; undefined before the first policy. */
export const scoreAt = (records: CompanyRecords, terms: readonly PolicyTerm[], atMs: number): Score | undefined => {
  const term = termAt(terms, atMs);
  return term && scoreOf({ ...records, policy: term.policy, policyHash: term.policyHash }, atMs);
};

/** Steps of the score over `fromMs <= t < toMs`, across switches of policy. */
export const timelineOf = (
  records: CompanyRecords,
  terms: readonly PolicyTerm[],
  fromMs: number,
  toMs: number,
): readonly ScoreStep[] => {
  const starts = [fromMs, ...terms.map((term) => term.fromMs).filter((at) => at > fromMs && at < toMs)];
  const steps = starts.flatMap((start, at) => {
    const term = termAt(terms, start);
    return term
      ? scoreTimeline({ ...records, policy: term.policy, policyHash: term.policyHash }, start, starts[at + 1] ?? toMs)
      : [];
  });
  return steps.filter((step, at) => step.score !== steps[at - 1]?.score || step.band !== steps[at - 1]?.band);
};

const keyOf = ({ kind, fact, code, points }: Deduction): string => `${kind}/${fact}/${code}/${points}`;

const without = (some: readonly Deduction[], others: readonly Deduction[]) => {
  const known = new Set(others.map(keyOf));
  return some
    .filter((deduction) => !known.has(keyOf(deduction)))
    .map((deduction) => ({ fact: deduction.fact, points: deduction.points, text: deductionText(deduction) }));
};

/** What changes at a step: points lost and regained against the moment before. */
export const changeAt = (
  records: CompanyRecords,
  terms: readonly PolicyTerm[],
  { fromMs, score, band }: ScoreStep,
): ScoreChange => {
  const before = scoreAt(records, terms, fromMs - 1)?.deductions ?? [];
  const after = scoreAt(records, terms, fromMs)?.deductions ?? [];
  const lost = without(after, before);
  const regained = without(before, after);
  return {
    at: toInstant(fromMs),
    score,
    band: { code: band, text: BANDS[band] },
    lost,
    regained,
    text: changeText(fromMs, score, band, lost, regained),
  };
};

/** How far ahead the next changes are looked for: a certificate's usual validity and some. */
export const OUTLOOK_MS = 400 * DAY_MS;

/** A company's score now and what comes next if nothing new is recorded. */
export interface Outlook {
  readonly score: Score;
  readonly nextChange: ScoreChange | null;
  readonly nextLoss: ScoreChange | null;
}

/** Score and outlook at an instant; undefined before the first policy. */
export const outlookAt = (records: CompanyRecords, terms: readonly PolicyTerm[], atMs: number): Outlook | undefined => {
  const score = scoreAt(records, terms, atMs);
  if (score === undefined) return undefined;
  const [present, ...ahead] = timelineOf(records, terms, atMs, atMs + OUTLOOK_MS);
  const worse = ahead.find((step, at) => step.score < (ahead[at - 1] ?? present)!.score);
  const change = (step: ScoreStep | undefined) => (step ? changeAt(records, terms, step) : null);
  return { score, nextChange: change(ahead[0]), nextLoss: change(worse) };
};
