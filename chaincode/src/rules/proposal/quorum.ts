import { type ProposalRecord, strictMajority } from '@anlian/contracts';

/** Strict majority of the governors at the opening: the number that "for" needs, for ever. */
export const quorumOf = (electorate: readonly string[]): number => strictMajority(electorate.length);

/**
 * The state of a vote. The quorum stays that of the opening, so that expelling opponents does not lower it; the votes of governors
 * who were expelled since drop, and they can cast none. Rejected as soon as "for" can no longer reach the quorum.
 */
export const outcomeOf = (
  { electorate, votes }: Pick<ProposalRecord, 'electorate' | 'votes'>,
  active: readonly string[],
): ProposalRecord['outcome'] => {
  const voters = electorate.filter((governor) => active.includes(governor));
  const inFavour = voters.filter((governor) => votes[governor] === 'for').length;
  const against = voters.filter((governor) => votes[governor] === 'against').length;
  const quorum = quorumOf(electorate);
  if (inFavour >= quorum) return 'adopted';
  return voters.length - against < quorum ? 'rejected' : 'open';
};
