import { AnlianError } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { requiredChannel } from '../required.ts';
import { confirm } from './founding.ts';

/** Another founder confirms the genesis policy by its digest. */
export const confirmChannel: Rule<'channel:confirm'> = async (
  read,
  { args: { member, genesis } },
  { actor, txTime },
) => {
  const channel = await requiredChannel(read);
  if (channel.state !== 'proposed') throw new AnlianError('channel_already_founded');
  if (member !== actor.org) throw new AnlianError('not_the_owner', { field: '/args/member' });
  if (genesis !== channel.genesis) throw new AnlianError('genesis_mismatch', { field: '/args/genesis' });
  if (channel.confirmed.includes(member)) throw new AnlianError('already_voted', { field: '/args/member' });
  const { complete, writes, events } = await confirm(read, channel, member, txTime);
  return { writes, events, result: { genesis, complete } };
};
