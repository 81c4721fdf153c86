import type { ProposedAction } from '@anlian/contracts';
import type { Effects, StateReader } from '../../runner/rule.ts';

export type ActionName = ProposedAction['action'];
export type ActionArgs<A extends ActionName> = Extract<ProposedAction, { readonly action: A }>;

export interface ActionContext {
  readonly proposal: string;
  readonly txTime: string;
}

/** What an adopted proposal does. It runs at the opening too, its effects unused, so that nobody votes on what cannot be done. */
export type Action<A extends ActionName> = (
  read: StateReader,
  proposed: ActionArgs<A>,
  context: ActionContext,
) => Promise<Effects>;

/** Where the fields of the proposed action stand in the command that opened it. */
export const PROPOSED = '/args/proposed';
