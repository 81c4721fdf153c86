import { CLOCK_TOLERANCE_MS } from '@anlian/chaincode/rules';
import { AnlianError, AUTHORITY, type CommandName, instantMs, type Role } from '@anlian/contracts';
import type { Config } from '../config.ts';
import type { Caller } from '../http/caller.ts';

/** The ledger would refuse it too; refused here, nothing waits in a queue in vain. @throws {AnlianError} `not_a_governor` */
export const requireGovernor = (
  { member, kind }: Pick<Config, 'member' | 'kind'>,
  { org }: Pick<Caller, 'org'>,
): void => {
  if (org !== member || kind !== 'governor') throw new AnlianError('not_a_governor');
};

/** @throws {AnlianError} `in_the_future` */
export const requirePast = (instant: string, nowMs: number, field: string): void => {
  if (instantMs(instant) > nowMs + CLOCK_TOLERANCE_MS) throw new AnlianError('in_the_future', { field });
};

/** Holds an act against its table. @throws {AnlianError} `invalid_transition` naming act and state */
export const requireAllowed = (act: string, state: string, from: readonly string[]): void => {
  if (!from.includes(state))
    throw new AnlianError('invalid_transition', { detail: `${act} is not possible: it is ${state}` });
};

/** Roles that the ledger's authority table gives a command: the API asks for no others. */
export const rolesFor = (name: CommandName): [Role, ...Role[]] => [...AUTHORITY[name].roles] as [Role, ...Role[]];
