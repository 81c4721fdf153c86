import { AnlianError, type MemberReference, stateKey, type ViolationRecord } from '@anlian/contracts';
import type { Rule, StateReader } from '../../runner/rule.ts';
import { requiredSite } from '../required.ts';
import { changed, endAppeal, violationFor } from './violationAct.ts';

/** Who recorded it; behind an imported violation stands the owner of its site. */
const recorderOf = async (read: StateReader, { recordedBy, site }: ViolationRecord): Promise<string> =>
  recordedBy ?? (await requiredSite(read, site)).owner;

/** Neither side judges its own case. */
const requireDisinterested = async (read: StateReader, member: string, record: ViolationRecord): Promise<void> => {
  if ((await recorderOf(read, record)) === member)
    throw new AnlianError('recorder_may_not_resolve', { field: 'actor' });
  const subject = await read.get<MemberReference>(stateKey.memberByCompany(record.company));
  if (subject?.member === member)
    throw new AnlianError('forbidden', {
      field: 'actor',
      detail: 'the company concerned does not resolve its own appeal',
    });
};

/** Another governor decides the appeal: upheld makes the violation void, rejected lets it count again. */
export const resolve: Rule<'credit:resolve'> = async (read, { args }, { actor, txTime }) => {
  const { record } = await violationFor(read, args, 'resolve', txTime);
  await requireDisinterested(read, actor.org, record);
  const appeals = endAppeal(record, { endedAt: txTime, outcome: args.outcome, by: actor.org });
  return {
    writes: [changed(record, { appeals })],
    events: [{ name: 'credit.resolved', data: { ...args, by: actor.org } }],
    result: { violation: args.violation, outcome: args.outcome },
  };
};
