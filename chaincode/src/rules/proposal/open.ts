import { type ProposalRecord, proposalLapsesAt, stateKey } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { activeGovernors } from '../member/governors.ts';
import { requireNew } from '../required.ts';
import { carryOut, decide } from './decide.ts';
import { quorumOf } from './quorum.ts';

/** A governor opens a vote; opening is voting for. With one governor that decides it. */
export const openProposal: Rule<'proposal:open'> = async (read, { args }, { actor, txTime }) => {
  const { proposal, proposed } = args;
  await requireNew(read, stateKey.proposal(proposal), '/args/proposal');
  await carryOut(read, proposed, { proposal, txTime });

  const electorate = await activeGovernors(read);
  const lapsesAt = proposalLapsesAt(txTime);
  const opened: ProposalRecord = {
    version: 0,
    proposal,
    proposed,
    by: actor.org,
    openedAt: txTime,
    lapsesAt,
    electorate,
    votes: { [actor.org]: 'for' },
    outcome: 'open',
  };
  const { outcome, writes, events } = await decide(read, opened, txTime);
  const quorum = quorumOf(electorate);
  return {
    writes,
    events: [
      {
        name: 'proposal.opened',
        data: { proposal, proposed, by: actor.org, quorum, electorate: [...electorate], lapsesAt },
      },
      ...events,
    ],
    result: { proposal, outcome },
  };
};
