import { type Band, type CreditPolicy, type Deduction, type Score, toInstant } from '@anlian/contracts';
import { evaluationsAt } from './evaluations.ts';
import { type Contribution, type ScoreInputs, textOrder } from './inputs.ts';
import { instantsOf } from './instants.ts';
import { papersAt } from './papers.ts';
import { violationsAt } from './violations.ts';

const byKindThenFact = (a: Deduction, b: Deduction): number =>
  textOrder(a.kind, b.kind) || textOrder(a.fact ?? '', b.fact ?? '') || textOrder(a.code, b.code);

const bandOf = (score: number, { bands }: CreditPolicy): Band =>
  score >= bands.green ? 'green' : score >= bands.amber ? 'amber' : 'red';

interface Points {
  readonly score: number;
  readonly band: Band;
}

const pointsOf = (deductions: readonly Deduction[], policy: CreditPolicy): Points => {
  if (deductions.some(({ kind }) => kind === 'veto')) return { score: 0, band: 'red' };
  const lost = deductions.reduce((sum, { points }) => sum + points, 0);
  const score = Math.max(policy.floor, policy.base - lost);
  return { score, band: bandOf(score, policy) };
};

const contributionsAt = (inputs: ScoreInputs, atMs: number): Contribution => {
  const parts = [violationsAt(inputs, atMs), papersAt(inputs, atMs), evaluationsAt(inputs, atMs)];
  return { deductions: parts.flatMap((part) => part.deductions), inputs: parts.flatMap((part) => part.inputs) };
};

const pointsAt = (inputs: ScoreInputs, atMs: number): Points =>
  pointsOf(contributionsAt(inputs, atMs).deductions, inputs.policy);

const nextChangeMs = (inputs: ScoreInputs, afterMs: number, present: Points): number | undefined =>
  instantsOf(inputs).find((at) => at > afterMs && pointsAt(inputs, at).score !== present.score);

/**
 * A company's score at an instant (milliseconds since the epoch) under one policy: integers only, every point lost with its fact and
 * the instant at which it drops off. The same facts give the same answer in any order.
 */
export const scoreOf = (inputs: ScoreInputs, effectiveAtMs: number): Score => {
  const { deductions, inputs: facts } = contributionsAt(inputs, effectiveAtMs);
  const points = pointsOf(deductions, inputs.policy);
  const changeMs = nextChangeMs(inputs, effectiveAtMs, points);
  return {
    company: inputs.company,
    effectiveAt: toInstant(effectiveAtMs),
    policyHash: inputs.policyHash,
    ...points,
    deductions: [...deductions].sort(byKindThenFact),
    inputs: [...facts].sort((a, b) => textOrder(a.fact, b.fact)),
    nextChangeAt: changeMs === undefined ? null : toInstant(changeMs),
  };
};

/** A score that holds from an instant until the next step. */
export interface ScoreStep extends Points {
  readonly fromMs: number;
}

/** The steps of a score over `fromMs <= t < toMs`, as it changes by itself and by what the facts record: at least one step. */
export const scoreTimeline = (inputs: ScoreInputs, fromMs: number, toMs: number): readonly ScoreStep[] => {
  const within = instantsOf(inputs).filter((at) => at > fromMs && at < toMs);
  const steps: ScoreStep[] = [];
  for (const at of [fromMs, ...within]) {
    const points = pointsAt(inputs, at);
    if (steps.at(-1)?.score !== points.score || steps.at(-1)?.band !== points.band)
      steps.push({ fromMs: at, ...points });
  }
  return steps;
};
