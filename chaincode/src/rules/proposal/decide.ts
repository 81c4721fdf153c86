import { type ProposalRecord, type ProposedAction, stateKey } from '@anlian/contracts';
import { withWrites } from '../../runner/overlay.ts';
import type { Effects, StateReader } from '../../runner/rule.ts';
import { activeGovernors } from '../member/governors.ts';
import type { Action, ActionContext, ActionName } from './action.ts';
import { actions } from './actions.ts';
import { outcomeOf } from './quorum.ts';

/** Carries out (or, at the opening, tries) a proposed action. */
export const carryOut = (read: StateReader, proposed: ProposedAction, context: ActionContext): Promise<Effects> => {
  const action = actions[proposed.action] as Action<ActionName>;
  return action(read, proposed, context);
};

/**
 * Counts the votes and writes the proposal; an adopted one takes effect in the same transaction. When its action has become
 * impossible meanwhile the deciding vote is refused with the action's own error, and the proposal stays open.
 */
export const decide = async (
  read: StateReader,
  proposal: ProposalRecord,
  txTime: string,
): Promise<Effects & { readonly outcome: ProposalRecord['outcome'] }> => {
  const outcome = outcomeOf(proposal, await activeGovernors(read));
  const record: ProposalRecord = { ...proposal, version: proposal.version + 1, outcome };
  const writes: Effects['writes'] = [[stateKey.proposal(proposal.proposal), record]];
  if (outcome === 'open') return { outcome, writes, events: [] };

  const context = { proposal: proposal.proposal, txTime };
  const decided: Effects['events'] = [{ name: 'proposal.decided', data: { proposal: proposal.proposal, outcome } }];
  if (outcome === 'rejected') return { outcome, writes, events: decided };
  const effects = await carryOut(withWrites(read, writes), proposal.proposed, context);
  return { outcome, writes: [...writes, ...effects.writes], events: [...decided, ...effects.events] };
};
