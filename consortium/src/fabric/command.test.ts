import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../test/support/consortium.ts';
import { noFabric, unless } from '../../../test/support/fabricParts.ts';
import { isRunning } from '../../../test/support/processFamily.ts';
import { until } from '../../../test/support/until.ts';
import { openTerminal, runningIn } from './terminal.fixture.ts';

describe.skipIf(noFabric)(unless(noFabric, 'npm run fabric:… on a real network'), () => {
  const terminal = openTerminal();
  const { home } = terminal;
  let firstPort = 0;

  beforeAll(async () => {
    firstPort = await freePorts(26_000, 24);
  });
  afterAll(() => terminal.close());

  it('up names the part and the port when a stranger holds it, and starts nothing', async () => {
    const stranger = createServer().listen(firstPort + 8, '127.0.0.1');
    await once(stranger, 'listening');
    const refused = await terminal.type(['up', '--port', String(firstPort)]);
    await new Promise((closed) => stranger.close(closed));
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain(`port_taken · qichuan/chaincode · 127.0.0.1:${firstPort + 8}`);
    expect(runningIn((await terminal.type(['status'])).output)).toEqual([]);
  }, 600_000);

  it('Ctrl-C during up stops what was started', async () => {
    const rising = terminal.begin(['up', '--port', String(firstPort)]);
    await until('an orderer runs', async () => runningIn((await terminal.type(['status'])).output).length > 0);
    rising.child.kill('SIGINT');
    expect(await rising.exitCode).toBe(130);
    expect(rising.output()).toContain('已停止 Stopped');
    expect(runningIn((await terminal.type(['status'])).output)).toEqual([]);
  }, 180_000);

  it('up starts it, tells its programs and its progress; again it changes nothing', async () => {
    const first = await terminal.type(['up']);
    expect(first.exitCode).toBe(0);
    for (const said of [/^ {2}Fabric \d+\.\d+\.\d+ · /m, /✓ 排序节点 Orderers/, /✓ 链码 Chaincode/, /已就绪 Ready/])
      expect(first.output).toMatch(said);
    const before = (await terminal.type(['status'])).output;
    expect(runningIn(before)).toHaveLength(7);
    expect((await terminal.type(['up'])).exitCode).toBe(0);
    expect((await terminal.type(['status'])).output).toBe(before);
  }, 180_000);

  it('status tells each process, height, and the committed chaincode by its bundle’s hash', async () => {
    const { output } = await terminal.type(['status']);
    expect(output).toMatch(/hengyuan\/orderer .*运行中 running/);
    // The first block, approvals in one to three, the definition.
    expect(output).toMatch(
      /通道高度 Height of the channel anlian-local\n {2}hengyuan +([3-5])\n {2}qichuan +\1\n {2}zhengheng +\1\n/,
    );
    const bundle = readdirSync(home).flatMap((name) => /^chaincode-([0-9a-f]{64})\.mjs$/.exec(name)?.[1] ?? [])[0];
    expect(output).toContain(`anlian 0.1.0 · 序列 sequence 1\n  sha256 ${bundle}  hengyuan, qichuan, zhengheng\n`);
  });

  it('keeps its profile and its ports', async () => {
    expect((await terminal.type(['up', '--profile', 'raft3'])).output).toContain(
      'fabric_layout_fixed · --profile raft3 · --profile raft1',
    );
    expect((await terminal.type(['up', '--port', '7200'])).output).toContain(
      `fabric_layout_fixed · --port 7200 · --port ${firstPort}`,
    );
  });

  it('logs prints one process, or all of a kind, and follows', async () => {
    const { output } = await terminal.type(['logs', 'chaincode']);
    expect(output).toMatch(/^hengyuan\/chaincode \| .*"ready":true/m);
    expect(output).toMatch(/^zhengheng\/chaincode \| /m);
    expect(output).not.toContain('peer |');
    expect(await terminal.type(['logs', 'pear'])).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('did you mean peer'),
    });
    const following = terminal.begin(['logs', 'hengyuan/orderer', '--follow']);
    await until('the past is printed', () => following.output() !== '');
    writeFileSync(join(home, 'hengyuan', 'log', 'orderer.log'), 'a line of later\n', { flag: 'a' });
    await until('what is written later is printed', () =>
      following.output().includes('hengyuan/orderer | a line of later\n'),
    );
    following.child.kill('SIGINT');
    expect(await following.exitCode).toBe(0);
  }, 60_000);

  it('reset wants to be sure, and refuses while the network runs', async () => {
    expect(await terminal.type(['reset'])).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('add --yes'),
    });
    expect(await terminal.type(['reset', '--yes'])).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('fabric_running · hengyuan/peer'),
    });
    expect(runningIn((await terminal.type(['status'])).output)).toHaveLength(7);
  });

  it('down stops every process, and again says that nothing runs', async () => {
    const { output } = await terminal.type(['status']);
    const pids = runningIn(output).map((line) => Number(line.split(' ')[1]));
    expect(pids).toHaveLength(7);
    expect((await terminal.type(['down'])).output).toContain('hengyuan/orderer');
    expect(pids.filter(isRunning)).toEqual([]);
    expect((await terminal.type(['down'])).output).toContain('Nothing runs');
  }, 60_000);

  it('reset removes what the network made, and nothing else', async () => {
    writeFileSync(join(home, 'mine.txt'), '');
    expect((await terminal.type(['reset', '--yes'])).exitCode).toBe(0);
    expect(readdirSync(home)).toEqual(['mine.txt']);
  });
});
