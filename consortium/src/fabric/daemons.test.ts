import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning } from '../../../test/support/processFamily.ts';
import { until } from '../../../test/support/until.ts';
import { awaitDaemon, type Daemon, runningPid, startDaemon, stopDaemon } from './daemons.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-daemons-'));
const daemon = (args: readonly string[], program = 'sleep'): Daemon => ({
  name: 'hengyuan/peer',
  program,
  args,
  env: {},
  pidFile: join(dir, 'peer.pid'),
  logFile: join(dir, 'log', 'peer.log'),
});

afterEach(async () => {
  await stopDaemon(daemon([]));
  rmSync(dir, { recursive: true, force: true });
});

describe('a daemon', () => {
  it('is started once', async () => {
    expect(await startDaemon(daemon(['100']))).toBe(true);
    const pid = await runningPid(daemon([]));
    expect([await startDaemon(daemon(['100'])), await runningPid(daemon([]))]).toEqual([false, pid]);
  });

  it('is replaced when it is to run otherwise', async () => {
    await startDaemon(daemon(['100']));
    const before = (await runningPid(daemon([]))) ?? 0;
    expect(await startDaemon(daemon(['101']))).toBe(true);
    expect(isRunning(before)).toBe(false);
    expect(await runningPid(daemon([]))).not.toBe(before);
  });

  it('is not taken for another process that was given its id after a reboot', async () => {
    await startDaemon(daemon(['100']));
    const { pidFile } = daemon([]);
    const text = readFileSync(pidFile, 'utf8');
    const { pid } = JSON.parse(text) as { pid: number };
    for (const startedAt of ['another-boot/1', `${(JSON.parse(text) as { startedAt: string }).startedAt}0`]) {
      writeFileSync(pidFile, JSON.stringify({ ...JSON.parse(text), startedAt }));
      expect(await runningPid(daemon([]))).toBeUndefined();
    }
    expect(await stopDaemon(daemon([]))).toBe(false);
    expect(isRunning(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });

  it('is stopped, and waited for', async () => {
    await startDaemon(daemon(['100']));
    const pid = (await runningPid(daemon([]))) ?? 0;
    expect([await stopDaemon(daemon([])), isRunning(pid)]).toEqual([true, false]);
    expect(await stopDaemon(daemon([]))).toBe(false);
  });

  it.each(['', '{', '{"pid":1}', '{"pid":4194305}'])('whose file says no more than %j does not run', async (text) => {
    await startDaemon(daemon(['100']));
    const pid = (await runningPid(daemon([]))) ?? 0;
    writeFileSync(daemon([]).pidFile, text);
    expect(await runningPid(daemon([]))).toBeUndefined();
    process.kill(pid, 'SIGKILL');
    await until('it is gone', () => !isRunning(pid));
  });

  it('that is not there is named', async () => {
    await expect(startDaemon(daemon([], join(dir, 'nothing')))).rejects.toMatchObject({
      code: 'fabric_binary_missing',
    });
  });

  it('that ends by itself is told with its log', async () => {
    const ending = daemon(['-c', 'exit 1'], 'sh');
    await startDaemon(ending);
    const waiting = awaitDaemon(ending, async () => false, { withinMs: 60_000, signal: new AbortController().signal });
    await expect(waiting).rejects.toMatchObject({
      code: 'fabric_not_ready',
      field: 'hengyuan/peer',
      detail: expect.stringContaining(ending.logFile),
    });
  });
});
