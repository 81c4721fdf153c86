import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../test/support/consortium.ts';
import { noFabric, noFabric3, unless } from '../../../test/support/fabricParts.ts';
import { isRunning } from '../../../test/support/processFamily.ts';
import { until } from '../../../test/support/until.ts';

const ENTRY = resolve(import.meta.dirname, 'main.ts');
const ANLIAN = resolve(import.meta.dirname, '../../../sdk/bin/anlian.ts');
const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-command-'));
const home = join(dir, 'fabric');
let firstPort = 0;

interface Typed {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exitCode: Promise<number | null>;
}

const begin = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Typed => {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    env: { ...process.env, ANLIAN_HOME: dir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return { child, output: () => text, exitCode: once(child, 'close').then(([code]) => code as number | null) };
};

const type = async (args: readonly string[], environment?: Readonly<Record<string, string>>) => {
  const typed = begin(args, environment);
  return { exitCode: await typed.exitCode, output: typed.output() };
};

/** The members' own command, in this home. */
const anlian = async (...args: readonly string[]): Promise<void> => {
  const child = spawn(process.execPath, [ANLIAN, 'fabric', ...args, '--home', home], { stdio: 'ignore' });
  expect([args, await once(child, 'close')]).toEqual([args, [0, null]]);
};

/** The pids that `status` tells. */
const runningIn = (status: string): string[] =>
  [...status.matchAll(/^ {2}(\S+\/\S+) +运行中 running +(\d+)/gm)].map(([, name, pid]) => `${name} ${pid}`);

beforeAll(async () => {
  firstPort = await freePorts(26_000, 24);
});
afterAll(async () => {
  await type(['down']);
  rmSync(dir, { recursive: true, force: true });
});

describe('npm run fabric:…', () => {
  it.each([
    ['down', 0, []],
    ['status', 0, ['--lang', 'zh']],
    ['reset', 0, []],
    ['logs', 1, []],
    ['member', 1, ['add', 'tongzhou']],
    ['member', 1, ['remove', 'tongzhou']],
  ])(
    '%s says that there is no network and how to start one, exits %d, and makes nothing',
    async (word, exitCode, rest) => {
      const said = expect.stringMatching(/没有 Fabric 网络.*no Fabric network here.*npm run fabric:up/);
      expect(await type([word, ...rest])).toMatchObject({ exitCode, output: said });
      expect(existsSync(home)).toBe(false);
    },
  );

  it.each([
    ['an unknown word', ['stat'], 'fabric:stat is not known; did you mean fabric:status?', '是不是 fabric:status？'],
    [
      'an unknown option',
      ['up', '--profil', 'raft3'],
      '--profil is not known; did you mean --profile?',
      '没有 --profil',
    ],
    [
      'an unknown profile',
      ['up', '--profile', 'solo'],
      '--profile solo is not known; there are raft1, raft3, bft4',
      '可用：raft1、raft3、bft4',
    ],
    [
      'an unknown cutting',
      ['up', '--cutting', 'soon'],
      '--cutting soon is not known; there are latency, throughput',
      '没有 --cutting soon',
    ],
    [
      'a language that is not spoken',
      ['status', '--lang', 'fr'],
      '--lang fr is not known; there are zh, en',
      '没有 --lang fr',
    ],
    ['a port that is none', ['up', '--port', '80'], '--port 80 must be a port from 1024 to', '--port 80 应为 1024 至'],
    ['a port too high for the network', ['up', '--port', '65530'], '--port 65530 must be a port from', '端口号'],
    ['a word too many', ['up', 'now'], 'now is one argument too many', '多出一项 now'],
    ['a member word that lacks everything', ['member'], 'add|remove MEMBER is missing', '缺少 add|remove MEMBER'],
    ['a member word without a member', ['member', 'add'], 'MEMBER (member add MEMBER) is missing', '缺少 MEMBER'],
    [
      'another thing to do with a member',
      ['member', 'remov', 'x'],
      'member remov is not known; did you mean member remove?',
      '没有 member remov',
    ],
    ['a name that is none', ['member', 'add', 'Tongzhou'], 'MEMBER Tongzhou must be a short name', '应为由小写字母'],
    ['a name of a folder of the network', ['member', 'add', 'builders'], 'builders is reserved', 'builders 已被占用'],
    ['a name of its other folder', ['member', 'add', 'channel-config'], 'channel-config is reserved', '已被占用'],
    ['a name that is taken', ['member', 'add', 'peer'], 'peer is reserved, choose another name', 'peer 已被占用'],
  ])('%s is wrong use, in both languages, with the usage', async (_name, args, en, zh) => {
    const { exitCode, output } = await type(args);
    expect(exitCode).toBe(2);
    for (const said of [en, zh, 'npm run fabric:up ']) expect(output).toContain(said);
    expect(output).not.toContain('拒绝启动');
  });

  it.each([
    ['a folder without the programs', ['up'], { ANLIAN_FABRIC_BIN: '/proc' }, 'fabric_binary_missing · peer, orderer'],
    ['a home that cannot be written', ['up', '--home', '/proc/anlian'], {}, 'data_dir_unwritable · /proc/anlian'],
  ])('refuses %s', async (_name, args, environment, said) => {
    expect(await type(args, environment)).toMatchObject({ exitCode: 1, output: expect.stringContaining(said) });
    expect(existsSync(home)).toBe(false);
  });

  it.each(['up', 'down', 'status', 'logs'])('%s tells of a damaged memory without a stack trace', async (word) => {
    const damaged = mkdtempSync(join(dir, 'damaged-'));
    writeFileSync(join(damaged, 'fabric.json'), '{"v":1,');
    const { exitCode, output } = await type([word, '--home', damaged]);
    expect({ exitCode, output }).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining('fabric_state_damaged'),
    });
    expect(output).toContain('npm run fabric:reset -- --yes');
    expect(output).not.toMatch(/^ +at /m);
  });

  it.each(['{"v":1,', '{}'])('reset removes a network whose memory is %s', async (text) => {
    const damaged = mkdtempSync(join(dir, 'damaged-'));
    writeFileSync(join(damaged, 'fabric.json'), text);
    expect(await type(['reset', '--home', damaged])).toMatchObject({ exitCode: 2 });
    expect(existsSync(damaged)).toBe(true);
    expect(await type(['reset', '--yes', '--home', damaged])).toMatchObject({ exitCode: 0 });
    expect(existsSync(damaged)).toBe(false);
  });

  const noFabric2 = noFabric ?? (noFabric3 === undefined ? 'ANLIAN_FABRIC_BIN holds Fabric 3.x' : undefined);
  it.skipIf(noFabric2)(
    unless(noFabric2, 'up refuses the BFT profile on Fabric 2.5'),
    async () => {
      const refused = await type(['up', '--profile', 'bft4', '--home', join(dir, 'bft')]);
      expect(refused).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining('fabric_version_unsuitable · --profile bft4'),
      });
    },
    600_000,
  );

  describe.skipIf(noFabric)(unless(noFabric, 'on a real network'), () => {
    it('up names the part and the port when a stranger holds it, and starts nothing', async () => {
      const stranger = createServer().listen(firstPort + 8, '127.0.0.1');
      await once(stranger, 'listening');
      const refused = await type(['up', '--port', String(firstPort)]);
      await new Promise((closed) => stranger.close(closed));
      expect(refused.exitCode).toBe(1);
      expect(refused.output).toContain(`port_taken · qichuan/chaincode · 127.0.0.1:${firstPort + 8}`);
      expect(runningIn((await type(['status'])).output)).toEqual([]);
    }, 600_000);

    it('Ctrl-C during up stops what was started', async () => {
      const rising = begin(['up', '--port', String(firstPort)]);
      await until('an orderer runs', async () => runningIn((await type(['status'])).output).length > 0);
      rising.child.kill('SIGINT');
      expect(await rising.exitCode).toBe(130);
      expect(rising.output()).toContain('已停止 Stopped');
      expect(runningIn((await type(['status'])).output)).toEqual([]);
    }, 180_000);

    it('up starts it, tells its programs and its progress; again it changes nothing', async () => {
      const first = await type(['up']);
      expect(first.exitCode).toBe(0);
      for (const said of [/^ {2}Fabric \d+\.\d+\.\d+ · /m, /✓ 排序节点 Orderers/, /✓ 链码 Chaincode/, /已就绪 Ready/])
        expect(first.output).toMatch(said);
      const before = (await type(['status'])).output;
      expect(runningIn(before)).toHaveLength(7);
      expect((await type(['up'])).exitCode).toBe(0);
      expect((await type(['status'])).output).toBe(before);
    }, 180_000);

    it('status tells each process, height, and the committed chaincode by its bundle’s hash', async () => {
      const { output } = await type(['status']);
      expect(output).toMatch(/hengyuan\/orderer .*运行中 running/);
      expect(output).toMatch(
        /通道高度 Height of the channel anlian-local\n {2}hengyuan +5\n {2}qichuan +5\n {2}zhengheng +5\n/,
      );
      const bundle = readdirSync(home).flatMap((name) => /^chaincode-([0-9a-f]{64})\.mjs$/.exec(name)?.[1] ?? [])[0];
      expect(output).toContain(`anlian 0.1.0 · 序列 sequence 1\n  sha256 ${bundle}  hengyuan, qichuan, zhengheng\n`);
    });

    it('keeps its profile and its ports', async () => {
      expect((await type(['up', '--profile', 'raft3'])).output).toContain('configuration_invalid · --profile · raft1');
      expect((await type(['up', '--port', '7200'])).output).toContain(`configuration_invalid · --port · ${firstPort}`);
    });

    it('logs prints one process, or all of a kind, and follows', async () => {
      const { output } = await type(['logs', 'chaincode']);
      expect(output).toMatch(/^hengyuan\/chaincode \| .*"ready":true/m);
      expect(output).toMatch(/^zhengheng\/chaincode \| /m);
      expect(output).not.toContain('peer |');
      expect(await type(['logs', 'pear'])).toMatchObject({
        exitCode: 2,
        output: expect.stringContaining('did you mean peer'),
      });
      const following = begin(['logs', 'hengyuan/orderer', '--follow']);
      await until('the past is printed', () => following.output() !== '');
      writeFileSync(join(home, 'hengyuan', 'log', 'orderer.log'), 'a line of later\n', { flag: 'a' });
      await until('what is written later is printed', () =>
        following.output().includes('hengyuan/orderer | a line of later\n'),
      );
      following.child.kill('SIGINT');
      expect(await following.exitCode).toBe(0);
    }, 60_000);

    it('member says what it does, and what was so already; status tells who is off the channel by others’ hands', async () => {
      const added = await type(['member', 'add', 'tongzhou']);
      expect(added.exitCode).toBe(0);
      const steps = [...added.output.matchAll(/✓ .* ([A-Z].*?) {2}\d/g)].map(([, step]) => step);
      expect(steps).toEqual([
        'The network runs',
        'A majority signs, the channel takes it in',
        'Its peer joins, approves and runs the chaincode',
      ]);
      expect(added.output).toContain('已加入通道 On the channel: tongzhou');
      const update = join(dir, 'off.json');
      await anlian('remove-member', 'tongzhou', '--as', 'hengyuan', '--out', update);
      for (const member of ['qichuan', 'zhengheng']) await anlian('sign', update, '--as', member);
      await anlian('submit', update, '--as', 'hengyuan');
      const { output } = await type(['status']);
      expect(output).toMatch(/tongzhou\/peer .*运行中 running.*已不在通道 not on the channel/);
      expect(output).toContain('npm run fabric:member -- remove tongzhou');
      expect(output).toMatch(/ {2}hengyuan, qichuan, zhengheng\n/);
      const removed = await type(['member', 'remove', 'tongzhou']);
      expect(removed).toMatchObject({ exitCode: 0, output: expect.stringContaining('Was off the channel already') });
      const again = await type(['member', 'remove', 'tongzhou']);
      expect(again).toMatchObject({ exitCode: 0, output: expect.stringContaining('Was off the channel already') });
      expect((await type(['status'])).output).not.toContain('tongzhou');
      expect(await type(['member', 'remove', 'hengyuan'])).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining('fabric_member_orders · member · HengyuanMSP'),
      });
      expect(await type(['member', 'remove', 'qichan'])).toMatchObject({
        exitCode: 2,
        output: expect.stringContaining('did you mean member remove qichuan'),
      });
    }, 300_000);

    it('reset wants to be sure, and refuses while the network runs', async () => {
      expect(await type(['reset'])).toMatchObject({
        exitCode: 2,
        output: expect.stringContaining('add --yes'),
      });
      expect(await type(['reset', '--yes'])).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining('fabric_running · hengyuan/peer'),
      });
      expect(runningIn((await type(['status'])).output)).toHaveLength(7);
    });

    it('down stops every process, and again says that nothing runs', async () => {
      const { output } = await type(['status']);
      const pids = runningIn(output).map((line) => Number(line.split(' ')[1]));
      expect(pids).toHaveLength(7);
      expect((await type(['down'])).output).toContain('hengyuan/orderer');
      expect(pids.filter(isRunning)).toEqual([]);
      expect((await type(['down'])).output).toContain('Nothing runs');
    }, 60_000);

    it('reset removes what the network made, and nothing else', async () => {
      writeFileSync(join(home, 'mine.txt'), '');
      expect((await type(['reset', '--yes'])).exitCode).toBe(0);
      expect(readdirSync(home)).toEqual(['mine.txt']);
    });
  });
});
