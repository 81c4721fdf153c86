import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningPid, startDaemon, stopDaemon } from './daemons.ts';
import { writeState } from './home.ts';
import { resetFabric } from './reset.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anlian-reset-'));
});
afterEach(async () => {
  for (const member of ['hengyuan', 'tongzhou']) await stopDaemon(peerOf(member));
  rmSync(dir, { recursive: true, force: true });
});

const STATE = {
  v: 1,
  profile: 'raft1',
  firstPort: 7200,
  binaries: { dir: 'bin', source: 'PATH', version: '2.5.16' },
} as const;

const peerOf = (member: string) => ({
  name: `${member}/peer`,
  pidFile: join(dir, member, 'peer.pid'),
  logFile: join(dir, member, 'log', 'peer.log'),
  program: process.execPath,
  args: ['-e', 'setInterval(() => undefined, 1000)'],
  env: {},
});

/** A member's folder as a start leaves it, with a process that runs. */
const running = async (member: string) => {
  const msp = join(dir, member, 'crypto', 'msp');
  mkdirSync(msp, { recursive: true });
  writeFileSync(join(msp, 'config.yaml'), '');
  await startDaemon(peerOf(member));
  return peerOf(member);
};

describe('the removal of a network', () => {
  it('stops and removes what the members’ folders tell where the memory cannot be read, and nothing else', async () => {
    const peers = [await running('hengyuan'), await running('tongzhou')];
    for (const file of ['fabric.json', 'genesis.block', 'mine.txt']) writeFileSync(join(dir, file), '{');
    for (const folder of ['builders', 'photographs']) mkdirSync(join(dir, folder));
    await resetFabric(dir, undefined);
    expect(await Promise.all(peers.map(runningPid))).toEqual([undefined, undefined]);
    expect(readdirSync(dir).sort()).toEqual(['mine.txt', 'photographs']);
  });

  it('takes along the process of a member that the memory has forgotten', async () => {
    const forgotten = await running('tongzhou');
    await writeState(dir, STATE);
    await resetFabric(dir, STATE);
    expect(await runningPid(forgotten)).toBeUndefined();
    expect(existsSync(dir)).toBe(false);
  });

  it('is refused while a remembered member’s process runs', async () => {
    const peer = await running('hengyuan');
    await expect(resetFabric(dir, STATE)).rejects.toMatchObject({ code: 'fabric_running', field: 'hengyuan/peer' });
    expect(await runningPid(peer)).toBeDefined();
  });
});
