import type { CommandName } from './commands.ts';

const VOTE = 5 * 60;
const OTHERS = 72 * 3600;

/**
 * How long a signed command may wait for the ledger, in seconds from its signature to the transaction's time. A vote is a decision on
 * what was known when it was cast, so it lives five minutes; whatever else waits out an outage of a long weekend. The node signs for
 * this long, and the ledger refuses a token that was made to live longer.
 */
export const COMMAND_LIFE_SECONDS: Readonly<Record<CommandName, number>> = {
  'channel:found': VOTE,
  'channel:confirm': VOTE,
  'proposal:open': VOTE,
  'proposal:vote': VOTE,
  'member:register_key': OTHERS,
  'member:retire_key': OTHERS,
  'site:register': OTHERS,
  'site:admit': OTHERS,
  'site:release': OTHERS,
  'credential:register': OTHERS,
  'credential:suspend': OTHERS,
  'credential:unsuspend': OTHERS,
  'credential:revoke': OTHERS,
  'credit:notice': OTHERS,
  'credit:acknowledge': OTHERS,
  'credit:appeal': OTHERS,
  'credit:withdraw_appeal': OTHERS,
  'credit:resolve': OTHERS,
  'credit:evaluate': OTHERS,
  'credit:issue': OTHERS,
  'credit:revoke_code': OTHERS,
  'evidence:anchor': OTHERS,
};
