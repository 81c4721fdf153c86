import { type Deduction, instantMs, toInstant, type ViolationRecord, type ViolationState } from '@anlian/contracts';
import { clauseOf } from '../credit/clause.ts';
import { dropsOffMs, violationState } from '../credit/violationState.ts';
import type { Contribution, ScoreInputs } from './inputs.ts';

const INPUT_STATES = {
  notified: 'pending',
  counted: 'counted',
  held: 'held',
  void: 'void',
  dropped: 'dropped',
} as const satisfies Record<ViolationState, string>;

/** The points of a counted violation. A clause that the policy does not know costs nothing; a veto costs everything. */
const deductionOf = (violation: ViolationRecord, { policy }: ScoreInputs): readonly Deduction[] => {
  const clause = clauseOf(policy, violation.clause);
  const points = clause?.veto ? policy.base : (clause?.company ?? 0);
  if (clause === undefined || (points === 0 && !clause.veto)) return [];
  return [
    {
      kind: clause.veto ? 'veto' : 'violation',
      fact: violation.violation,
      version: violation.version,
      code: violation.clause,
      points,
      site: violation.site,
      recordedBy: violation.recordedBy,
      dropsOffAt: toInstant(dropsOffMs(violation, policy)),
    },
  ];
};

export const violationsAt = (inputs: ScoreInputs, atMs: number): Contribution => {
  const occurred = inputs.violations
    .filter(({ occurredAt }) => instantMs(occurredAt) <= atMs)
    .map((violation) => ({ violation, state: violationState(violation, inputs.policy, atMs) }));
  return {
    deductions: occurred.flatMap(({ violation, state }) => (state === 'counted' ? deductionOf(violation, inputs) : [])),
    inputs: occurred.map(({ violation, state }) => ({
      fact: violation.violation,
      version: violation.version,
      state: INPUT_STATES[state],
    })),
  };
};
