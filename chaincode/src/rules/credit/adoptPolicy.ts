import {
  AnlianError,
  CREDENTIAL_TYPES,
  type CreditPolicy,
  instantMs,
  type PolicyAdoption,
  stateKey,
  stateRange,
  toInstant,
} from '@anlian/contracts';
import type { StateReader } from '../../runner/rule.ts';
import { policyHashOf } from '../digest.ts';
import { type Action, PROPOSED } from '../proposal/action.ts';

const requireSound = ({ base, floor, bands, insurance, qualification }: CreditPolicy): void => {
  const steps = [floor, bands.amber, bands.green, base];
  if (steps.some((step, at) => at > 0 && step < (steps[at - 1] ?? 0)))
    throw new AnlianError('invalid_input', {
      field: `${PROPOSED}/policy/bands`,
      detail: 'floor, amber, green and base must ascend',
    });
  const types = [...insurance.types, ...qualification.types];
  if (new Set(types).size < types.length || types.some((type) => CREDENTIAL_TYPES[type].subject !== 'company'))
    throw new AnlianError('invalid_input', {
      field: `${PROPOSED}/policy`,
      detail: 'types of a company’s papers, each once',
    });
};

/** People name a policy by its id, so two policies must not share one. */
const requireOwnName = async (read: StateReader, policy: CreditPolicy, policyHash: string): Promise<void> => {
  const known = await read.range<CreditPolicy>(...stateRange('policy'));
  if (known.some(({ key, value }) => value.id === policy.id && key !== stateKey.policy(policyHash)))
    throw new AnlianError('already_exists', { field: `${PROPOSED}/policy/id` });
};

/** Governors adopt a policy. It never holds before its adoption: scores that were issued stay reproducible. */
export const adoptPolicy: Action<'credit.adopt_policy'> = async (read, { policy, effectiveAt }, { txTime }) => {
  requireSound(policy);
  const policyHash = await policyHashOf(policy);
  await requireOwnName(read, policy, policyHash);
  const from = toInstant(Math.max(instantMs(effectiveAt), instantMs(txTime)));
  const adoption: PolicyAdoption = { policyHash, effectiveAt: from, adoptedAt: txTime };
  return {
    writes: [
      [stateKey.policy(policyHash), policy],
      [stateKey.policyAdoption(from, policyHash), adoption],
    ],
    events: [{ name: 'credit.policy_adopted', data: { policy, policyHash, effectiveAt: from } }],
  };
};
