import type { Rule } from '../../runner/rule.ts';
import { requireSubject } from '../required.ts';
import { changed, violationFor } from './violationAct.ts';

/** The contractor accepts a notice: it counts from now on. */
export const acknowledge: Rule<'credit:acknowledge'> = async (read, { args }, { actor, txTime }) => {
  await requireSubject(read, actor.org, args.company);
  const { record } = await violationFor(read, args, 'acknowledge', txTime);
  return {
    writes: [changed(record, { acknowledgedAt: txTime })],
    events: [{ name: 'credit.acknowledged', data: args }],
    result: { violation: args.violation },
  };
};
