import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../test/support/consortium.ts';
import { noFabric, unless } from '../../../test/support/fabricParts.ts';
import { openTerminal, runningIn } from './terminal.fixture.ts';

const ANLIAN = resolve(import.meta.dirname, '../../../sdk/bin/anlian.ts');

describe.skipIf(noFabric)(unless(noFabric, 'members of a network on this machine'), () => {
  const terminal = openTerminal();
  const update = join(terminal.dir, 'off.json');

  /** The members' own command, in this home. */
  const anlian = async (...args: readonly string[]): Promise<void> => {
    const child = spawn(process.execPath, [ANLIAN, 'fabric', ...args, '--home', terminal.home], { stdio: 'ignore' });
    expect([args, await once(child, 'close')]).toEqual([args, [0, null]]);
  };

  beforeAll(async () => {
    expect((await terminal.type(['up', '--port', String(await freePorts(26_000, 24))])).exitCode).toBe(0);
  }, 600_000);
  afterAll(() => terminal.close());

  const add = () => terminal.type(['member', 'add', 'tongzhou']);
  const remove = (member = 'tongzhou') => terminal.type(['member', 'remove', member]);
  const status = async () => (await terminal.type(['status'])).output;
  const takeOffByOthers = async (): Promise<void> => {
    await anlian('remove-member', 'tongzhou', '--as', 'hengyuan', '--out', update);
    for (const member of ['qichuan', 'zhengheng']) await anlian('sign', update, '--as', member);
    await anlian('submit', update, '--as', 'hengyuan');
    rmSync(update);
  };
  const WAS_OFF = { exitCode: 0, output: expect.stringContaining('Was off the channel already') };

  it('come with one word, which tells its steps', async () => {
    const { exitCode, output } = await add();
    expect(exitCode).toBe(0);
    expect([...output.matchAll(/✓ .* ([A-Z].*?) {2}\d/g)].map(([, step]) => step)).toEqual([
      'The network runs',
      'A majority signs, the channel takes it in',
      'Its peer joins, approves and runs the chaincode',
    ]);
    expect(output).toContain('已加入通道 On the channel: tongzhou');
  }, 120_000);

  it('are told by status when others took them off the channel', async () => {
    await takeOffByOthers();
    const output = await status();
    expect(output).toMatch(/tongzhou\/peer .*运行中 running.*已不在通道 not on the channel/);
    expect(output).toContain('npm run fabric:member -- remove tongzhou');
    expect(output).toMatch(/ {2}hengyuan, qichuan, zhengheng\n/);
  }, 60_000);

  const LEFT_OUT = /! tongzhou .* is no longer in the channel \(configuration \d+\), not started/;
  /** Sooner than anything that waits for a peer gives up. */
  const AT_ONCE_MS = 60_000;

  const upLeavesItOut = async (): Promise<void> => {
    await terminal.type(['down']);
    const startedMs = performance.now();
    const { exitCode, output } = await terminal.type(['up']);
    expect(performance.now() - startedMs).toBeLessThan(AT_ONCE_MS);
    expect({ exitCode, output }).toMatchObject({ exitCode: 0, output: expect.stringMatching(LEFT_OUT) });
    expect(output.slice(output.indexOf('已就绪 Ready'))).not.toContain('tongzhou');
    const running = runningIn(await status()).map((line) => line.split('/')[0]);
    expect([running.length, new Set(running)]).toEqual([7, new Set(['hengyuan', 'qichuan', 'zhengheng'])]);
  };

  it('that others took off are told at once by up, which starts the rest', upLeavesItOut, 180_000);

  it('are forgotten by their removal, which finds the channel as it is to be', async () => {
    expect(await remove()).toMatchObject(WAS_OFF);
    expect(await remove()).toMatchObject(WAS_OFF);
    expect(await status()).not.toContain('tongzhou');
    expect(await terminal.type(['up'])).toMatchObject({ exitCode: 0, output: expect.not.stringContaining('tongzhou') });
  }, 120_000);

  it('whose peer did not hear that others took them off are told by up all the same', async () => {
    expect((await add()).exitCode).toBe(0);
    const peer = runningIn(await status()).find((line) => line.startsWith('tongzhou/peer '));
    process.kill(Number(peer?.split(' ')[1]), 'SIGKILL');
    await takeOffByOthers();
    await upLeavesItOut();
    expect(await remove()).toMatchObject(WAS_OFF);
  }, 300_000);

  it('that order, or that nobody knows, are not removed', async () => {
    expect(await remove('hengyuan')).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('fabric_member_orders · member · HengyuanMSP'),
    });
    expect(await remove('qichan')).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('did you mean member remove qichuan'),
    });
  }, 60_000);
});
