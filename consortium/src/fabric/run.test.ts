import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRunning } from '../../../test/support/processFamily.ts';
import { type Daemon, runningPid } from './daemons.ts';
import { createRunning } from './run.ts';

const dir = mkdtempSync(join(tmpdir(), 'anlian-run-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const sleeper = (name: string): Daemon => ({
  name,
  program: 'sleep',
  args: ['600'],
  env: {},
  pidFile: join(dir, `${name}.pid`),
  logFile: join(dir, `${name}.log`),
});

describe('a process that is started anew', () => {
  it('is another one, and stops with what this start has started', async () => {
    const running = createRunning(new AbortController().signal);
    const daemon = sleeper('orderer');
    await running.start(daemon, { ports: [] });
    const before = (await runningPid(daemon)) ?? 0;
    await running.restart(daemon);
    const after = (await runningPid(daemon)) ?? 0;
    expect([before, after].map(isRunning)).toEqual([false, true]);
    await running.stop();
    expect(isRunning(after)).toBe(false);
  });

  it('is not when the start is being stopped', async () => {
    const running = createRunning(new AbortController().signal);
    const daemon = sleeper('late');
    await running.start(daemon, { ports: [] });
    await Promise.all([running.stop(), expect(running.restart(daemon)).rejects.toThrow()]);
    expect(await runningPid(daemon)).toBeUndefined();
  });
});
