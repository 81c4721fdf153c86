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

describe('what a Raft orderer writes into its log', () => {
  const bytesOf = (size: unknown): number => Number(/^(\d+) MB$/.exec(String(size))?.[1]) << 20;
  const sizesOf = (profile: Profile) => {
    const { BatchSize, EtcdRaft } = ordererOf(profile, 'throughput') as {
      readonly BatchSize: { readonly PreferredMaxBytes: string; readonly AbsoluteMaxBytes: string };
      readonly EtcdRaft: { readonly Options: { readonly SnapshotIntervalSize: string } };
    };
    return {
      readAtOnce: bytesOf(BatchSize.PreferredMaxBytes),
      largest: bytesOf(BatchSize.AbsoluteMaxBytes),
      snapshot: bytesOf(EtcdRaft.Options.SnapshotIntervalSize),
    };
  };

  // https://github.com/hyperledger/fabric/issues/4199: 2.5.0 to 2.5.2 stop when it is more.
  it.each<Profile>(['raft1', 'raft3'])('it reads at once when it starts, and as much again: %s', (profile) => {
    const { snapshot, readAtOnce } = sizesOf(profile);
    expect(snapshot).toBeGreaterThan(0);
    expect(2 * snapshot).toBeLessThanOrEqual(readAtOnce);
  });

  // https://github.com/hyperledger/fabric/issues/4290: 2.5.0 to 2.5.3 read no entry of 10 MB.
  it.each<Profile>(['raft1', 'raft3'])('it can read again, the largest block among it: %s', (profile) => {
    const { largest, readAtOnce } = sizesOf(profile);
    const metadata = 1 << 19;
    expect(largest + metadata).toBeLessThan(10 << 20);
    expect(readAtOnce).toBeLessThanOrEqual(largest);
  });
});
