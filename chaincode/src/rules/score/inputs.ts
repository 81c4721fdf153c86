import type {
  CredentialRecord,
  CreditPolicy,
  Deduction,
  EvaluationRecord,
  ScoreInput,
  ViolationRecord,
} from '@anlian/contracts';

/** All that a company's score depends on. The order of the facts does not matter. */
export interface ScoreInputs {
  readonly company: string;
  readonly violations: readonly ViolationRecord[];
  readonly credentials: readonly CredentialRecord[];
  readonly evaluations: readonly EvaluationRecord[];
  readonly policy: CreditPolicy;
  readonly policyHash: string;
}

/** What one kind of fact contributes to a score at an instant. */
export interface Contribution {
  readonly deductions: readonly Deduction[];
  readonly inputs: readonly ScoreInput[];
}

export const textOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
