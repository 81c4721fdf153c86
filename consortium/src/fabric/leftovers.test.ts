import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { runningPid, startDaemon, stopDaemon } from './daemons.ts';
import { leftoversIn, stopLeftovers } from './leftovers.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anlian-leftovers-'));
});
afterEach(async () => {
  await stopLeftovers(dir);
  rmSync(dir, { recursive: true, force: true });
});

const WAITS = 'setInterval(() => undefined, 1000)';
const DEAF = `process.on('SIGTERM', () => undefined); console.log('deaf'); ${WAITS}`;

const start = async (part: string, env: Readonly<Record<string, string>>, code = WAITS) => {
  const pidFile = join(dir, 'kept', `${part}.pid`);
  const daemon = { name: part, pidFile, logFile: `${pidFile}.log`, program: process.execPath, args: ['-e', code], env };
  await startDaemon(daemon);
  return { daemon, pid: await runningPid(daemon) };
};

it('finds a network’s processes by the folder in their environment, and stops them, though nothing tells of them', async () => {
  const peer = await start('peer', { FABRIC_CFG_PATH: join(dir, 'hengyuan', 'peer-config') });
  const orderer = await start('orderer', { FABRIC_CFG_PATH: join(dir, 'hengyuan', 'orderer-config') });
  const chaincode = await start('chaincode', {
    CHAINCODE_TLS_KEY: join(dir, 'qichuan', 'crypto', 'tls', 'server.key'),
  });
  const elsewhere = await start('elsewhere', { FABRIC_CFG_PATH: `${dir}-2/hengyuan/peer-config`, HOME: dir });
  try {
    expect(leftoversIn(dir).toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'hengyuan/orderer', pid: orderer.pid },
      { name: 'hengyuan/peer', pid: peer.pid },
      { name: 'qichuan/chaincode', pid: chaincode.pid },
    ]);
    expect(await stopLeftovers(dir)).toEqual(['hengyuan/orderer', 'hengyuan/peer', 'qichuan/chaincode']);
    expect(leftoversIn(dir)).toEqual([]);
    expect(await runningPid(elsewhere.daemon)).toBe(elsewhere.pid);
  } finally {
    await stopDaemon(elsewhere.daemon);
  }
});

it('kills one that does not listen', async () => {
  const { daemon } = await start('peer', { FABRIC_CFG_PATH: join(dir, 'hengyuan', 'peer-config') }, DEAF);
  await until('it does not listen', async () => readFileSync(daemon.logFile, 'utf8').includes('deaf'));
  expect(await stopLeftovers(dir, 100)).toEqual(['hengyuan/peer']);
  expect(await runningPid(daemon)).toBeUndefined();
});

it('finds nothing in a folder for which nothing runs', async () => {
  expect(await stopLeftovers(dir)).toEqual([]);
});
