import { AnlianError, DAY_MS } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { refuseLate } from '../lateness.ts';
import { requireSubject } from '../required.ts';
import { changed, endAppeal, violationFor } from './violationAct.ts';

/** The contractor appeals in time; the points are held until the appeal ends. A violation is decided on once. */
export const appeal: Rule<'credit:appeal'> = async (read, { args }, context) => {
  const { actor, txTime } = context;
  await requireSubject(read, actor.org, args.company);
  const { record, policy } = await violationFor(read, args, 'appeal', txTime);
  if (record.appeals.some(({ outcome }) => outcome === 'rejected' || outcome === 'upheld'))
    throw new AnlianError('invalid_transition', { detail: 'an appeal was decided already' });
  refuseLate(record.recordedAt, policy.appealDays * DAY_MS, context, '/args/violation');

  const { ground, commitment } = args;
  const opened = { ground, commitment, at: txTime, endedAt: null, outcome: null, by: null };
  return {
    writes: [changed(record, { appeals: [...record.appeals, opened] })],
    events: [{ name: 'credit.appealed', data: args }],
    result: { violation: args.violation },
  };
};

/** The contractor takes its open appeal back. */
export const withdrawAppeal: Rule<'credit:withdraw_appeal'> = async (read, { args }, { actor, txTime }) => {
  await requireSubject(read, actor.org, args.company);
  const { record } = await violationFor(read, args, 'withdraw_appeal', txTime);
  const appeals = endAppeal(record, { endedAt: txTime, outcome: 'withdrawn', by: actor.org });
  return {
    writes: [changed(record, { appeals })],
    events: [{ name: 'credit.appeal_withdrawn', data: args }],
    result: { violation: args.violation },
  };
};
