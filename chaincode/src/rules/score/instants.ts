import { type CredentialRecord, dayEndMs, dayStartMs, instantMs, type ViolationRecord } from '@anlian/contracts';
import { countsByItselfMs, dropsOffMs } from '../credit/violationState.ts';
import { evaluationEndsMs } from './evaluations.ts';
import type { ScoreInputs } from './inputs.ts';

const whenGiven = (...instants: readonly (string | null)[]): readonly number[] =>
  instants.filter((instant) => instant !== null).map(instantMs);

const ofViolation = (violation: ViolationRecord, { policy }: ScoreInputs): readonly number[] => [
  ...whenGiven(violation.occurredAt, violation.acknowledgedAt),
  ...violation.appeals.flatMap(({ at, endedAt }) => whenGiven(at, endedAt)),
  countsByItselfMs(violation, policy),
  dropsOffMs(violation, policy),
];

const ofCredential = ({ facts, revokedAt, successors, suspensions }: CredentialRecord): readonly number[] => [
  dayStartMs(facts.validFrom),
  ...(facts.validTo === undefined ? [] : [dayEndMs(facts.validTo)]),
  ...successors.map(({ from }) => dayStartMs(from)),
  ...whenGiven(revokedAt),
  ...suspensions.flatMap(({ from, to }) => whenGiven(from, to)),
];

/** Every instant (milliseconds, ascending, each once) at which a score of these facts can change; between two it cannot. */
export const instantsOf = (inputs: ScoreInputs): readonly number[] => {
  const instants = [
    ...inputs.violations.flatMap((violation) => ofViolation(violation, inputs)),
    ...inputs.credentials.flatMap(ofCredential),
    ...inputs.evaluations.flatMap((one) => [instantMs(one.occurredAt), evaluationEndsMs(one, inputs.policy)]),
  ];
  return [...new Set(instants)].sort((a, b) => a - b);
};
