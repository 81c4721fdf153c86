import { type Decision, type DecisionInputs, type GateReason, type GivenReason, instantMs } from '@anlian/contracts';
import { bySeriousness } from './reasons.ts';
import { requirementsOf } from './requirements.ts';
import * as steps from './steps.ts';
import { onTheWayOut } from './wayOut.ts';

const STEPS: readonly steps.Step[] = [
  steps.lists,
  steps.presentation,
  steps.person,
  steps.authorisation,
  requirementsOf('worker_certificate'),
  requirementsOf('worker_training'),
  requirementsOf('max_age'),
  steps.company,
  requirementsOf('company_document'),
  requirementsOf('insurance_cover'),
  requirementsOf('company_band'),
  steps.companyCode,
  steps.ageOfLists,
  steps.clock,
];

/** Holds that no supervisor at the gate can clear up; every other one is a supervisor's. */
const ADMINISTRATORS: readonly GateReason[] = ['gate_unsynced', 'clock_rolled_back', 'clock_unconfirmed'];
const DEFAULT_HOLD_SECONDS = 300;

const holdOf = (reasons: readonly GivenReason[], inputs: DecisionInputs): NonNullable<Decision['hold']> => {
  const isGates = reasons.filter(({ effect }) => effect === 'hold').every(({ code }) => ADMINISTRATORS.includes(code));
  return {
    owner: isGates ? 'administrator' : 'supervisor',
    timeoutSeconds: inputs.policy?.holdTimeoutSeconds ?? DEFAULT_HOLD_SECONDS,
  };
};

/**
 * Whether a person passes the gate: a pure function of everything that was known, so that an auditor decides again and gets the
 * same. Every step runs, so that a guard hears every reason at once; the most serious one decides.
 */
export const decide = (inputs: DecisionInputs): Decision => {
  const nowMs = instantMs(inputs.clock.effective);
  const found = STEPS.flatMap((step) => step(inputs, nowMs));
  const reasons = bySeriousness(inputs.direction === 'out' ? found.map(onTheWayOut) : found);
  const effect = reasons[0]?.effect ?? 'allow';
  if (effect === 'deny') return { outcome: 'deny', reasons, hold: null };
  if (effect === 'hold') return { outcome: 'hold', reasons, hold: holdOf(reasons, inputs) };
  return { outcome: 'allow', reasons, hold: null };
};
