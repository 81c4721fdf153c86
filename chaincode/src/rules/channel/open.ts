import { AnlianError, type ChannelRecord, stateKey } from '@anlian/contracts';
import type { Action } from '../proposal/action.ts';
import { requiredChannel } from '../required.ts';

/** Governors end the founding: from now on facts are recorded in time, and none is imported. */
export const openChannel: Action<'channel.open'> = async (read) => {
  const channel = await requiredChannel(read);
  if (channel.state === 'open') throw new AnlianError('channel_open');
  const opened: ChannelRecord = { ...channel, version: channel.version + 1, state: 'open' };
  return { writes: [[stateKey.channel(), opened]], events: [{ name: 'channel.opened', data: {} }] };
};
