import { AnlianError, type CodeRecord, DAY_MS, instantMs, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { refuseFuture } from '../lateness.ts';
import { requireActiveCompany, requireNew } from '../required.ts';
import { readScore } from '../score/read.ts';
import { refuseBlocklisted } from './blocklisting.ts';
import { requiredPolicyAt } from './policyInForce.ts';

const MAX_SCORE_AGE_MS = DAY_MS;
const MAX_VALIDITY_MS = 31 * DAY_MS;

const requireValidity = (validTo: string, txTime: string): void => {
  const lifeMs = instantMs(validTo) - instantMs(txTime);
  if (lifeMs <= 0 || lifeMs > MAX_VALIDITY_MS)
    throw new AnlianError('invalid_period', { field: '/args/validTo', detail: 'a code lives at most 31 days' });
};

/** A governor issues a credit code. The ledger computes the score again and refuses any other. */
export const issueCode: Rule<'credit:issue'> = async (read, { args }, context) => {
  const { code, company, effectiveAt, policyHash, validTo } = args;
  const { actor, txTime } = context;
  await requireActiveCompany(read, company);
  await refuseBlocklisted(read, company, txTime);
  refuseFuture(effectiveAt, context, '/args/effectiveAt');
  if (instantMs(txTime) - instantMs(effectiveAt) > MAX_SCORE_AGE_MS)
    throw new AnlianError('too_late', { field: '/args/effectiveAt' });
  requireValidity(validTo, txTime);
  const policy = await requiredPolicyAt(read, instantMs(effectiveAt));
  if (policy.policyHash !== policyHash)
    throw new AnlianError('unknown_policy', {
      field: '/args/policyHash',
      detail: 'another policy is in force at effectiveAt',
    });
  const { score } = await readScore(read, company, policy, instantMs(effectiveAt));
  if (score !== args.score)
    throw new AnlianError('score_mismatch', { field: '/args/score', detail: `the ledger computes ${score}` });
  await requireNew(read, stateKey.code(company, code), '/args/code');

  const record: CodeRecord = { version: 1, facts: args, issuer: actor.org, recordedAt: txTime, revokedAt: null };
  return {
    writes: [[stateKey.code(company, code), record]],
    events: [{ name: 'credit.issued', data: { ...args, issuer: actor.org } }],
    result: { code, score },
  };
};
