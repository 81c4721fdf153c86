import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { consensusOf } from './readiness.ts';

/** What an orderer of Fabric 2.5 or 3.1 serves at its operations port, in part. */
const RAFT = (
  leaderChanges: number,
) => `# HELP consensus_etcdraft_leader_changes The number of leader changes since process start.
# TYPE consensus_etcdraft_leader_changes counter
consensus_etcdraft_leader_changes{channel="anlian"} ${leaderChanges}
consensus_etcdraft_data_persist_duration_sum{channel="anlian"} 0.10374362400000005
consensus_etcdraft_data_persist_duration_count{channel="anlian"} 1561
`;
const BFT = (leader: number) => `consensus_BFT_leader_id{channel="anlian"} ${leader}\n`;

const told = async (metrics: string, channel: string) => {
  const server = createServer((_, response) => response.end(metrics));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await consensusOf((server.address() as AddressInfo).port, channel);
  } finally {
    server.close();
  }
};

describe('the figures of an orderer', () => {
  it.each([
    ['a Raft orderer that saw a leader', RAFT(1), 'anlian', { knowsLeader: true, writes: 1561 }],
    ['a Raft orderer that saw none', RAFT(0), 'anlian', { knowsLeader: false, writes: 1561 }],
    ['a Raft orderer of another channel', RAFT(1), 'another', { knowsLeader: false, writes: undefined }],
    ['a BFT orderer', BFT(2), 'anlian', { knowsLeader: true, writes: undefined }],
    ['a BFT orderer without a leader', BFT(0), 'anlian', { knowsLeader: false, writes: undefined }],
    ['nothing that is known', 'up 1\n', 'anlian', { knowsLeader: false, writes: undefined }],
  ])('are read of %s', async (_, metrics, channel, expected) => {
    expect(await told(metrics, channel)).toEqual(expected);
  });

  it('are none where nobody listens', async () => {
    expect(await consensusOf(1, 'anlian')).toEqual({ knowsLeader: false, writes: undefined });
  });
});
