import {
  AnlianError,
  instantMs,
  type MemberRecord,
  type ProposalRecord,
  proposalState,
  stateKey,
  stateRange,
} from '@anlian/contracts';
import type { Effects, StateReader } from '../../runner/rule.ts';
import { type Action, PROPOSED } from '../proposal/action.ts';
import { outcomeOf } from '../proposal/quorum.ts';
import { requiredMember } from '../required.ts';
import { activeGovernors } from './governors.ts';

/** Closes the open votes that can no longer be adopted without the expelled; dropping voters can never adopt one. */
const rejectHopeless = async (read: StateReader, governors: readonly string[], txTime: string): Promise<Effects> => {
  const proposals = await read.range<ProposalRecord>(...stateRange('proposal'));
  const hopeless = proposals
    .map(({ value }) => value)
    .filter(
      (proposal) =>
        proposalState(proposal, instantMs(txTime)) === 'open' && outcomeOf(proposal, governors) === 'rejected',
    );
  return {
    writes: hopeless.map((proposal) => [
      stateKey.proposal(proposal.proposal),
      { ...proposal, version: proposal.version + 1, outcome: 'rejected' } satisfies ProposalRecord,
    ]),
    events: hopeless.map(({ proposal }) => ({ name: 'proposal.decided', data: { proposal, outcome: 'rejected' } })),
  };
};

/**
 * Governors expel a member. Its keys stay on the ledger, since facts within its interval stay verifiable; until `windDownUntil` it
 * may still let workers out and answer for its record. The last governor stays, or nobody could ever decide again.
 */
export const expel: Action<'member.expel'> = async (read, { member, windDownUntil }, { txTime }) => {
  const record = await requiredMember(read, member, `${PROPOSED}/member`);
  const governors = await activeGovernors(read);
  if (governors.length === 1 && governors[0] === member)
    throw new AnlianError('invalid_transition', { field: `${PROPOSED}/member`, detail: 'the last governor stays' });
  const expelled: MemberRecord = {
    ...record,
    version: record.version + 1,
    state: 'expelled',
    expelledAt: txTime,
    windDownUntil,
  };
  const closed = await rejectHopeless(
    read,
    governors.filter((governor) => governor !== member),
    txTime,
  );
  return {
    writes: [[stateKey.member(member), expelled], ...closed.writes],
    events: [{ name: 'member.expelled', data: { member, windDownUntil } }, ...closed.events],
  };
};
