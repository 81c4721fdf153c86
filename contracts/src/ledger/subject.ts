import type { AnyCommand, CommandArgs, CommandName } from './commands.ts';

/** What each command is about. Commands of one subject reach the ledger in the order in which they were made; others need not wait for them. */
const SUBJECTS: { readonly [N in CommandName]: (args: CommandArgs<N>) => string } = {
  'channel:found': () => 'channel',
  'channel:confirm': () => 'channel',
  'proposal:open': (args) => args.proposal,
  'proposal:vote': (args) => args.proposal,
  'member:register_key': () => 'keys',
  'member:retire_key': () => 'keys',
  'site:register': (args) => args.site,
  'site:admit': (args) => `${args.site}/${args.company}`,
  'site:release': (args) => `${args.site}/${args.company}`,
  'credential:register': (args) => args.credential,
  'credential:suspend': (args) => args.credential,
  'credential:unsuspend': (args) => args.credential,
  'credential:revoke': (args) => args.credential,
  'credit:notice': (args) => args.violation,
  'credit:acknowledge': (args) => args.violation,
  'credit:appeal': (args) => args.violation,
  'credit:withdraw_appeal': (args) => args.violation,
  'credit:resolve': (args) => args.violation,
  'credit:evaluate': (args) => args.company,
  'credit:issue': (args) => args.company,
  'credit:revoke_code': (args) => args.company,
  'evidence:anchor': () => 'anchor',
};

/** The subject of a command: what it must stay in order with. */
export const commandSubject = (command: Pick<AnyCommand, 'name' | 'args'>): string =>
  (SUBJECTS[command.name] as (args: unknown) => string)(command.args);
