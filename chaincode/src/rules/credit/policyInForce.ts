import {
  AnlianError,
  type CreditPolicy,
  instantMs,
  type PolicyAdoption,
  stateKey,
  stateRange,
} from '@anlian/contracts';
import type { StateReader } from '../../runner/rule.ts';

/** A policy and its name. */
export interface NamedPolicy {
  readonly policy: CreditPolicy;
  readonly policyHash: string;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Later in force last; of two that hold from the same instant, the later adopted. */
const byForce = (a: PolicyAdoption, b: PolicyAdoption): number =>
  compare(a.effectiveAt, b.effectiveAt) || compare(a.adoptedAt, b.adoptedAt) || compare(a.policyHash, b.policyHash);

/** The adoption in force at an instant: the last one that holds by then. Undefined before the first. */
export const policyInForce = (adoptions: readonly PolicyAdoption[], atMs: number): PolicyAdoption | undefined =>
  adoptions
    .filter(({ effectiveAt }) => instantMs(effectiveAt) <= atMs)
    .sort(byForce)
    .at(-1);

/** A policy that was adopted. Throws `unknown_policy`. */
export const requiredPolicy = async (read: StateReader, policyHash: string): Promise<NamedPolicy> => {
  const policy = await read.get<CreditPolicy>(stateKey.policy(policyHash));
  if (policy === undefined) throw new AnlianError('unknown_policy', { field: 'policyHash' });
  return { policy, policyHash };
};

/** The policy in force on the ledger at an instant. Throws `unknown_policy` when none is. */
export const requiredPolicyAt = async (read: StateReader, atMs: number): Promise<NamedPolicy> => {
  const entries = await read.range<PolicyAdoption>(...stateRange('policy-adoption'));
  const adoption = policyInForce(
    entries.map(({ value }) => value),
    atMs,
  );
  if (adoption === undefined)
    throw new AnlianError('unknown_policy', { detail: 'no credit policy is in force at that time' });
  return requiredPolicy(read, adoption.policyHash);
};
