import {
  AnlianError,
  instantMs,
  stateKey,
  VIOLATION_TRANSITIONS,
  type ViolationAct,
  type ViolationRecord,
} from '@anlian/contracts';
import type { StateReader, Write } from '../../runner/rule.ts';
import { requiredViolation } from '../required.ts';
import { type NamedPolicy, requiredPolicyAt } from './policyInForce.ts';
import { violationState } from './violationState.ts';

export interface ActOnViolation {
  readonly record: ViolationRecord;
  readonly policy: NamedPolicy['policy'];
}

/**
 * The violation that an act is about, in a state from which the act is possible.
 * @throws AnlianError `unknown_violation`, `invalid_transition` naming act and state
 */
export const violationFor = async (
  read: StateReader,
  { company, violation }: { readonly company: string; readonly violation: string },
  act: ViolationAct,
  txTime: string,
): Promise<ActOnViolation> => {
  const record = await requiredViolation(read, company, violation);
  const { policy } = await requiredPolicyAt(read, instantMs(txTime));
  const state = violationState(record, policy, instantMs(txTime));
  const allowed: readonly string[] = VIOLATION_TRANSITIONS[act];
  if (!allowed.includes(state))
    throw new AnlianError('invalid_transition', { detail: `${act} is not possible: the violation is ${state}` });
  return { record, policy };
};

/** A changed violation under its key, its version counted. */
export const changed = (record: ViolationRecord, change: Partial<ViolationRecord>): Write => [
  stateKey.violation(record.company, record.violation),
  { ...record, ...change, version: record.version + 1 },
];

type Appeal = ViolationRecord['appeals'][number];

/** The appeals, the open one ended. */
export const endAppeal = (
  { appeals }: ViolationRecord,
  end: Pick<Appeal, 'outcome' | 'by'> & { readonly endedAt: string },
): readonly Appeal[] => appeals.map((appeal) => (appeal.endedAt === null ? { ...appeal, ...end } : appeal));
