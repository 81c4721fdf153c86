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
  it.each(['down', 'status', 'logs', 'reset'])('%s says that there is no network, and makes nothing', async (word) => {
    expect(await type([word])).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('no Fabric network here'),
    });
    expect(existsSync(home)).toBe(false);
  });

  it.each([
    ['an unknown word', ['start'], {}, 'configuration_invalid · start'],
    ['an unknown option', ['up', '--bogus'], {}, '--bogus'],
    ['an unknown profile', ['up', '--profile', 'solo'], {}, 'raft1 | raft3 | bft4'],
    ['an unknown cutting', ['up', '--cutting', 'soon'], {}, 'latency | throughput'],
    ['a port that is none', ['up', '--port', '80'], {}, 'configuration_invalid · --port'],
    ['a port too high for the network', ['up', '--port', '65530'], {}, 'configuration_invalid · --port'],
    ['a folder without the programs', ['up'], { ANLIAN_FABRIC_BIN: '/proc' }, 'fabric_binary_missing · peer, orderer'],
    ['a home that cannot be written', ['up', '--home', '/proc/anlian'], {}, 'data_dir_unwritable · /proc/anlian'],
  ])('refuses %s', async (_name, args, environment, said) => {
    expect(await type(args, environment)).toMatchObject({ exitCode: 1, output: expect.stringContaining(said) });
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
      expect((await type(['logs', 'nobody'])).output).toContain('configuration_invalid · nobody · hengyuan/peer');
      const following = begin(['logs', 'hengyuan/orderer', '--follow']);
      await until('the past is printed', () => following.output() !== '');
      writeFileSync(join(home, 'hengyuan', 'log', 'orderer.log'), 'a line of later\n', { flag: 'a' });
      await until('what is written later is printed', () =>
        following.output().includes('hengyuan/orderer | a line of later\n'),
      );
      following.child.kill('SIGINT');
      expect(await following.exitCode).toBe(0);
    }, 60_000);

    it('reset wants to be sure, and refuses while the network runs', async () => {
      expect(await type(['reset'])).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining('configuration_invalid · --yes'),
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
