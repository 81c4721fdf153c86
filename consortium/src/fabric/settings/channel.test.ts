import { describe, expect, it } from 'vitest';
import { foundersOf } from '../founders.ts';
import { type Profile, planFabric } from '../plan.ts';
import { CUTTINGS, type Cutting, channelSettings } from './channel.ts';

const ordererOf = (profile: Profile, cutting: Cutting) => {
  const members = foundersOf(profile);
  const plan = planFabric({ dir: '/network', profile, channel: 'c', chaincode: 'a', members, firstPort: 7200 });
  const { Profiles } = channelSettings(plan, CUTTINGS[cutting]) as {
    Profiles: Record<string, { Orderer: Record<string, unknown> }>;
  };
  return Profiles.Channel?.Orderer;
};

describe('the blocks of a new channel', () => {
  it.each<[Profile, Cutting, string, number]>([
    ['raft1', 'latency', '50ms', 100],
    ['raft3', 'throughput', '500ms', 1_000],
  ])('are cut on %s for %s after %s or at %i transactions', (profile, cutting, timeout, most) => {
    expect(ordererOf(profile, cutting)).toMatchObject({
      BatchTimeout: timeout,
      BatchSize: { MaxMessageCount: most },
    });
  });

  it.each<[Cutting, string]>([
    ['latency', '50ms'],
    ['throughput', '500ms'],
  ])('are proposed by BFT for %s after %s: it has a setting of its own', (cutting, interval) => {
    expect(ordererOf('bft4', cutting)).toMatchObject({ SmartBFT: { RequestBatchMaxInterval: interval } });
  });
});
