import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runningPid, startDaemon, stopDaemon } from './daemons.ts';
import { openTerminal } from './terminal.fixture.ts';

describe('a network whose memory is damaged', () => {
  const terminal = openTerminal();
  afterAll(() => terminal.close());

  it.each(['up', 'down', 'status', 'logs'])('%s tells of a damaged memory without a stack trace', async (word) => {
    const damaged = terminal.damagedHome();
    writeFileSync(join(damaged, 'fabric.json'), '{"v":1,');
    const { exitCode, output } = await terminal.type([word, '--home', damaged]);
    expect({ exitCode, output }).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('fabric_state_damaged'),
    });
    expect(output).toContain('npm run fabric:reset -- --yes');
    expect(output).not.toMatch(/^ +at /m);
  });

  it.each(['{"v":1,', '{}'])('reset removes a network whose memory is %s', async (text) => {
    const damaged = terminal.damagedHome();
    writeFileSync(join(damaged, 'fabric.json'), text);
    expect(await terminal.type(['reset', '--home', damaged])).toMatchObject({ exitCode: 2 });
    expect(existsSync(damaged)).toBe(true);
    expect(await terminal.type(['reset', '--yes', '--home', damaged])).toMatchObject({ exitCode: 0 });
    expect(existsSync(damaged)).toBe(false);
  });

  it('down stops what runs of it, and says what is damaged', async () => {
    const damaged = terminal.damagedHome();
    writeFileSync(join(damaged, 'fabric.json'), '{"v":1,');
    const peer = {
      name: 'hengyuan/peer',
      pidFile: join(damaged, 'elsewhere', 'peer.pid'),
      logFile: join(damaged, 'elsewhere', 'peer.log'),
      program: process.execPath,
      args: ['-e', 'setInterval(() => undefined, 1000)'],
      env: { FABRIC_CFG_PATH: join(damaged, 'hengyuan', 'peer-config') },
    };
    await startDaemon(peer);
    try {
      const { exitCode, output } = await terminal.type(['down', '--home', damaged]);
      expect(exitCode).toBe(1);
      expect(output).toContain('已停止 Stopped: hengyuan/peer');
      expect(output).toContain(`fabric_state_damaged · ${join(damaged, 'fabric.json')} · not JSON`);
      expect(await runningPid(peer)).toBeUndefined();
    } finally {
      await stopDaemon(peer);
    }
  });
});
