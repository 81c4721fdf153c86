import { AnlianError, instantMs, type ProposalRecord, proposalState, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { decide } from './decide.ts';

const requireOpen = (record: ProposalRecord, txTime: string): void => {
  const state = proposalState(record, instantMs(txTime));
  if (state === 'open') return;
  throw new AnlianError(state === 'lapsed' ? 'proposal_lapsed' : 'proposal_closed', { field: '/args/proposal' });
};

/** A governor of the electorate votes, once. The vote that decides carries the proposal out. */
export const vote: Rule<'proposal:vote'> = async (read, { args }, { actor, txTime }) => {
  const record = await read.get<ProposalRecord>(stateKey.proposal(args.proposal));
  if (record === undefined) throw new AnlianError('unknown_proposal', { field: '/args/proposal' });
  requireOpen(record, txTime);
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
