import { type AdmissionRecord, AnlianError, instantMs, stateKey, type ViolationRecord } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { hoursMs, refuseFuture, refuseLate } from '../lateness.ts';
import { requireCompany, requiredOwnSite, requireNew } from '../required.ts';
import { requireClause } from './clause.ts';
import { requiredPolicyAt } from './policyInForce.ts';

const covers = ({ from, releasedAt }: AdmissionRecord, atMs: number): boolean =>
  instantMs(from) <= atMs && (releasedAt === null || atMs < instantMs(releasedAt));

/** A site's owner gives notice of a violation by a company that it had admitted then. It costs no points yet. */
export const notice: Rule<'credit:notice'> = async (read, { args }, context) => {
  const { violation, company, site, admission, clause, occurredAt, commitment } = args;
  await requiredOwnSite(read, context.actor.org, site);
  await requireCompany(read, company);
  const admitted = await read.get<AdmissionRecord>(stateKey.admission(site, company, admission));
  if (admitted === undefined || !covers(admitted, instantMs(occurredAt)))
    throw new AnlianError('not_admitted', { field: '/args/occurredAt' });
  const policy = await requiredPolicyAt(read, instantMs(context.txTime));
  requireClause(policy, clause, '/args/clause');
  refuseFuture(occurredAt, context, '/args/occurredAt');
  refuseLate(occurredAt, hoursMs(policy.policy.noticeHours), context, '/args/occurredAt');
  await requireNew(read, stateKey.violation(company, violation), '/args/violation');

  const record: ViolationRecord = {
    version: 1,
    violation,
    company,
    site,
    clause,
    occurredAt,
    commitment,
    recordedBy: context.actor.org,
    recordedAt: context.txTime,
    imported: false,
    acknowledgedAt: null,
    appeals: [],
  };
  return {
    writes: [[stateKey.violation(company, violation), record]],
    events: [{ name: 'credit.noticed', data: { ...args, recordedBy: context.actor.org } }],
    result: { violation },
  };
};
