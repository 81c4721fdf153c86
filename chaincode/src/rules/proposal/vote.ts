import { AnlianError, type ProposalRecord, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { decide } from './decide.ts';

/** A governor of the electorate votes, once. The vote that decides carries the proposal out. */
export const vote: Rule<'proposal:vote'> = async (read, { args }, { actor, txTime }) => {
  const record = await read.get<ProposalRecord>(stateKey.proposal(args.proposal));
  if (record === undefined) throw new AnlianError('unknown_proposal', { field: '/args/proposal' });
  if (record.outcome !== 'open') throw new AnlianError('proposal_closed', { field: '/args/proposal' });
  if (!record.electorate.includes(actor.org))
    throw new AnlianError('forbidden', {
      field: 'actor',
      detail: 'the member became a governor after the proposal was opened',
    });
  if (Object.hasOwn(record.votes, actor.org)) throw new AnlianError('already_voted', { field: '/args/proposal' });

  const votes: ProposalRecord['votes'] = { ...record.votes, [actor.org]: args.vote };
  const { outcome, writes, events } = await decide(read, { ...record, votes }, txTime);
  return {
    writes,
    events: [{ name: 'proposal.voted', data: { proposal: args.proposal, by: actor.org, vote: args.vote } }, ...events],
    result: { proposal: args.proposal, outcome },
  };
};
