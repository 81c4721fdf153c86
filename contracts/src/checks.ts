import type { CheckSpec } from './checks/check.ts';
import { FILE_CHECKS } from './checks/files.ts';
import { GATE_CHECKS } from './checks/gate.ts';
import { LEDGER_CHECKS } from './checks/ledger.ts';
import { LOG_CHECKS } from './checks/log.ts';

export type { CheckSpec } from './checks/check.ts';

/**
 * Every check a verifier can report, in every verdict and every `VerificationError`. The list is closed: a program may
 * switch over it, and a name, once released, keeps its meaning.
 */
export const CHECKS = {
  ...FILE_CHECKS,
  ...LOG_CHECKS,
  ...LEDGER_CHECKS,
  ...GATE_CHECKS,
} as const satisfies Record<string, CheckSpec>;

export type CheckName = keyof typeof CHECKS;

/**
 * A verification that failed. `check` names which check refused; `detail` says what was wrong with the input, for a
 * log or an expert, and never quotes the input itself, since what is verified may hold personal data.
 */
export class VerificationError extends Error {
  readonly check: CheckName;
  readonly detail: string;

  constructor(check: CheckName, detail: string) {
    super(`${check}: ${detail}`);
    this.name = 'VerificationError';
    this.check = check;
    this.detail = detail;
  }
}
