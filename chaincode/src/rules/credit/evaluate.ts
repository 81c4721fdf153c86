import { AnlianError, type EvaluationRecord, instantMs, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { hoursMs, refuseFuture, refuseLate } from '../lateness.ts';
import { admissionsOf, requireCompany, requiredOwnSite, requireNew } from '../required.ts';
import { requiredPolicyAt } from './policyInForce.ts';

/** A lead enterprise grades a company that works, or worked, at its site. */
export const evaluate: Rule<'credit:evaluate'> = async (read, { args }, context) => {
  const { evaluation, company, site, grade, occurredAt } = args;
  const member = context.actor.org;
  await requiredOwnSite(read, member, site);
  await requireCompany(read, company);
  const admissions = await admissionsOf(read, site, company);
  if (!admissions.some(({ from }) => instantMs(from) <= instantMs(occurredAt)))
    throw new AnlianError('not_admitted', { field: '/args/occurredAt' });
  const { policy } = await requiredPolicyAt(read, instantMs(context.txTime));
  refuseFuture(occurredAt, context, '/args/occurredAt');
  refuseLate(occurredAt, hoursMs(policy.noticeHours), context, '/args/occurredAt');
  await requireNew(read, stateKey.evaluation(company, evaluation), '/args/evaluation');

  const recordedAt = context.txTime;
  const record: EvaluationRecord = {
    version: 1,
    evaluation,
    company,
    member,
    grade,
    occurredAt,
    recordedAt,
    imported: false,
  };
  return {
    writes: [[stateKey.evaluation(company, evaluation), record]],
    events: [{ name: 'credit.evaluated', data: { ...args, recordedBy: member } }],
    result: { evaluation },
  };
};
