import { AnlianError, type ChannelRecord } from '@anlian/contracts';
import type { Rule } from '../../runner/rule.ts';
import { genesisDigestOf } from '../digest.ts';
import { admitFounders, confirm, requireSoundPolicy } from './founding.ts';

/** A founder proposes the genesis policy and confirms it by that. The whole policy is checked now, not when the last confirms it. */
export const found: Rule<'channel:found'> = async (read, command, { actor, txTime }) => {
  const { policy } = command.args;
  if (policy.channel !== command.channel || policy.chaincode !== command.chaincode)
    throw new AnlianError('wrong_channel', { field: '/args/policy' });
  requireSoundPolicy(policy);
  await admitFounders(read, policy, txTime);

  const genesis = await genesisDigestOf(policy);
  const proposed: ChannelRecord = { version: 0, policy, genesis, confirmed: [], state: 'proposed' };
  const { complete, writes, events } = await confirm(read, proposed, actor.org, txTime);
  return {
    writes,
    events: [{ name: 'channel.founded', data: { policy, genesis } }, ...events],
    result: { genesis, complete },
  };
};
