import { AnlianError, type ChannelRecord, type GenesisPolicy, stateKey } from '@anlian/contracts';
import { withWrites } from '../../runner/overlay.ts';
import type { Effects, StateReader } from '../../runner/rule.ts';
import { admitMember, requireNewMember } from '../member/admit.ts';

const invalid = (field: string, detail: string): AnlianError => new AnlianError('invalid_input', { field, detail });

/** Refuses a genesis policy that contradicts itself; what each founder is made of is checked when it is admitted. */
export const requireSoundPolicy = (policy: GenesisPolicy): void => {
  const { governors, k, witnesses } = policy;
  const field = '/args/policy';
  if (governors.some(({ kind }) => kind !== 'governor')) throw invalid(`${field}/governors`, 'founders are governors');
  if (k > governors.length) throw invalid(`${field}/k`, 'more signatures than governors');
  if (witnesses >= governors.length) throw invalid(`${field}/witnesses`, 'a member does not witness its own log');
  if ([...policy.voteAssertions, ...policy.personAssertions].includes('machine'))
    throw invalid(`${field}/voteAssertions`, 'a machine’s key is no sign-in of a person');
};

/** All founders as members. Each is checked against those before it, so no two share a name, an MSP, a company or a key. */
export const admitFounders = async (read: StateReader, policy: GenesisPolicy, txTime: string): Promise<Effects> => {
  let admitted: Effects = { writes: [], events: [] };
  for (const [at, governor] of policy.governors.entries()) {
    await requireNewMember(withWrites(read, admitted.writes), governor, `/args/policy/governors/${at}`);
    const { writes, events } = admitMember(governor, txTime);
    admitted = { writes: [...admitted.writes, ...writes], events: [...admitted.events, ...events] };
  }
  return admitted;
};

/** A founder's confirmation; with the last one the channel is founded and the founders are its first members. */
export const confirm = async (
  read: StateReader,
  channel: ChannelRecord,
  member: string,
  txTime: string,
): Promise<Effects & { readonly complete: boolean }> => {
  const confirmed = [...channel.confirmed, member].sort();
  const complete = confirmed.length === channel.policy.governors.length;
  const founders = complete ? await admitFounders(read, channel.policy, txTime) : { writes: [], events: [] };
  const state = complete ? 'founding' : 'proposed';
  return {
    complete,
    writes: [[stateKey.channel(), { ...channel, version: channel.version + 1, confirmed, state }], ...founders.writes],
    events: [{ name: 'channel.confirmed', data: { member, complete } }, ...founders.events],
  };
};
