import { openChannel } from '../channel/open.ts';
import { adoptPolicy } from '../credit/adoptPolicy.ts';
import { blocklist, liftBlocklisting } from '../credit/blocklisting.ts';
import { importFacts } from '../credit/importFacts.ts';
import { admit } from '../member/admit.ts';
import { expel } from '../member/expel.ts';
import { revokeKey } from '../member/revokeKey.ts';
import type { Action, ActionName } from './action.ts';

/** Every action that governors can vote on. */
export const actions: { readonly [A in ActionName]: Action<A> } = {
  'member.admit': admit,
  'member.expel': expel,
  'member.revoke_key': revokeKey,
  'channel.open': openChannel,
  'credit.adopt_policy': adoptPolicy,
  'credit.import': importFacts,
  'credit.blocklist': blocklist,
  'credit.lift_blocklisting': liftBlocklisting,
};
