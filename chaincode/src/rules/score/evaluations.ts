import { addMonthsMs, type CreditPolicy, type EvaluationRecord, instantMs, toInstant } from '@anlian/contracts';
import { type Contribution, type ScoreInputs, textOrder } from './inputs.ts';

export const evaluationEndsMs = ({ occurredAt }: EvaluationRecord, { keepMonths }: CreditPolicy): number =>
  addMonthsMs(instantMs(occurredAt), keepMonths);

const byTime = (a: EvaluationRecord, b: EvaluationRecord): number =>
  textOrder(a.occurredAt, b.occurredAt) ||
  textOrder(a.recordedAt, b.recordedAt) ||
  textOrder(a.evaluation, b.evaluation);

/** Only each member's last grade counts, while it is kept: a better one cures a worse one, and so does time. */
export const evaluationsAt = ({ evaluations, policy }: ScoreInputs, atMs: number): Contribution => {
  const known = evaluations.filter(({ occurredAt }) => instantMs(occurredAt) <= atMs).sort(byTime);
  const lastOf = new Map(known.map((evaluation) => [evaluation.member, evaluation]));
  const stateOf = (evaluation: EvaluationRecord) => {
    if (atMs >= evaluationEndsMs(evaluation, policy)) return 'dropped';
    return lastOf.get(evaluation.member) === evaluation ? 'current' : 'older';
  };
  return {
    deductions: known
      .filter((evaluation) => stateOf(evaluation) === 'current' && policy.evaluation[evaluation.grade] > 0)
      .map((evaluation) => ({
        kind: 'evaluation',
        fact: evaluation.evaluation,
        version: evaluation.version,
        code: evaluation.grade,
        points: policy.evaluation[evaluation.grade],
        site: null,
        recordedBy: evaluation.member,
        dropsOffAt: toInstant(evaluationEndsMs(evaluation, policy)),
      })),
    inputs: known.map((evaluation) => ({
      fact: evaluation.evaluation,
      version: evaluation.version,
      state: stateOf(evaluation),
    })),
  };
};
