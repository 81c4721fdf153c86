import { canonicalBytes } from '../canonical.ts';
import type { AnyCommand, CommandArgs, CommandName, SignedCommand } from './commands.ts';
import type { AnyLedgerEvent } from './events.ts';

/** Function of an envelope whose one argument is the canonical JSON array of several signed commands. */
export const BATCH_NAME = 'ledger:batch';

export const MIN_BATCH_COMMANDS = 2;
export const MAX_BATCH_COMMANDS = 64;
/** What a batch of this length writes and tells still fits into a proof file. */
export const MAX_BATCH_BYTES = 128 * 1024;

const NOBODY = '';
const nobody = (): string => NOBODY;
const company = (args: { readonly company: string }): string => args.company;

/**
 * Which commands may share a transaction, and whom each of these names: a company, or nobody. All commands of a batch name the same,
 * since a proof of one of them shows the others. Votes, founding, keys and anchors go alone.
 */
const NAMED_BY: { readonly [N in CommandName]: 'alone' | ((args: CommandArgs<N>) => string) } = {
  'channel:found': 'alone',
  'channel:confirm': 'alone',
  'proposal:open': 'alone',
  'proposal:vote': 'alone',
  'member:register_key': 'alone',
  'member:retire_key': 'alone',
  'site:register': nobody,
  'site:admit': company,
  'site:release': company,
  'credential:register': ({ subject }) => (subject.kind === 'company' ? subject.company : NOBODY),
  'credential:suspend': nobody,
  'credential:unsuspend': nobody,
  'credential:revoke': nobody,
  'credit:notice': company,
  'credit:acknowledge': company,
  'credit:appeal': company,
  'credit:withdraw_appeal': company,
  'credit:resolve': company,
  'credit:evaluate': company,
  'credit:issue': company,
  'credit:revoke_code': company,
  'evidence:anchor': 'alone',
};

/** What the other commands of its batch must have in common with this one; undefined for a command that goes alone. */
export const batchGroup = (command: Pick<AnyCommand, 'name' | 'args'>): string | undefined => {
  const names = NAMED_BY[command.name] as 'alone' | ((args: unknown) => string);
  return names === 'alone' ? undefined : names(command.args);
};

/** The argument of {@link BATCH_NAME}. */
export const encodeBatch = (batch: readonly SignedCommand[]): Uint8Array =>
  canonicalBytes(batch.map(({ command, actor }) => ({ command, actor })));

/** An event of a batch says which command it is of. */
export type BatchEvent = AnyLedgerEvent & { readonly commandId: string };
