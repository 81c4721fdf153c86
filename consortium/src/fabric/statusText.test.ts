import { expect, it } from 'vitest';
import type { FabricStatus } from './status.ts';
import { statusText } from './statusText.ts';

const status: FabricStatus = {
  profile: 'raft1',
  channel: 'anlian-local',
  binaries: { dir: 'bin', source: 'PATH', version: '2.5.16' },
  processes: [
    { name: 'hengyuan/peer', pid: 11, ports: [7200] },
    { name: 'tongzhou/peer', pid: 12, ports: [7218] },
    { name: 'tongzhou/chaincode', pid: 13, ports: [7220] },
  ],
  off: ['tongzhou'],
  heights: { hengyuan: 9 },
  chaincode: undefined,
};

it('tells which processes are of a member that is off the channel, and how to be rid of them', () => {
  const lines = statusText(status).split('\n');
  const marked = lines
    .filter((line) => line.endsWith('已不在通道 not on the channel'))
    .map((line) => line.split(' ')[2]);
  expect(marked).toEqual(['tongzhou/peer', 'tongzhou/chaincode']);
  expect(lines).toContain('  ! tongzhou 已不在通道 not on the channel: npm run fabric:member -- remove tongzhou');
});

it('says nothing of it where everybody is on the channel', () => {
  expect(statusText({ ...status, off: [] })).not.toContain('not on the channel');
});
