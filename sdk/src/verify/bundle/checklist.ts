import { AnlianError, CHECKS, type CheckName, type Language, VerificationError } from '@anlian/contracts';
import type { CheckResult } from './verdict.ts';

/** Ends a verification: the check that failed is on the list. */
export class Refusal extends Error {}

/** Runs checks one after the other and keeps what came of them. */
export interface Checklist {
  readonly results: readonly CheckResult[];
  /**
   * Runs one check. `work` throws when it does not hold and returns what later checks need; `found` says what was seen.
   * @throws Refusal after noting the failure
   */
  run<T>(name: CheckName, work: () => T | Promise<T>, found?: string | ((value: T) => string)): Promise<T>;
}

interface Failure {
  readonly name: CheckName;
  readonly detail: string;
}

/** A check may fail under the more precise name that its own error carries. Other errors' texts might quote the input. */
const failureOf = (name: CheckName, error: unknown): Failure => {
  if (error instanceof VerificationError) return { name: error.check, detail: error.detail };
  if (error instanceof AnlianError) return { name, detail: [error.code, error.field].filter(Boolean).join(' at ') };
  return { name, detail: 'the value cannot be read' };
};

export const startChecklist = (language: Language): Checklist => {
  const results: CheckResult[] = [];
  const note = (name: CheckName, ok: boolean, detail: string): void => {
    results.push({ name, ok, detail, doesNotProve: CHECKS[name].doesNotProve[language] });
  };
  return {
    results,
    run: async (name, work, found = 'holds') => {
      try {
        const value = await work();
        note(name, true, typeof found === 'string' ? found : found(value));
        return value;
      } catch (error) {
        const failure = failureOf(name, error);
        note(failure.name, false, failure.detail);
        throw new Refusal(failure.name);
      }
    },
  };
};
