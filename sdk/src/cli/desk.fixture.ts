import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TrustBundle, toBase64Url } from '@anlian/contracts';
import { companyClaims } from '../code/fixture.ts';
import { thumbprint } from '../code/keys.ts';
import { codeText } from '../code/link.ts';
import { encodeCompanyCode } from '../code/open.ts';
import { startNode, type TestNode } from '../gate/node.fixture.ts';
import { makeWorld, NOW_MS, type World } from '../gate/world.fixture.ts';
import { main } from './main.ts';

const trustOf = async (world: World): Promise<TrustBundle> => {
  const from = '2026-01-01T00:00:00.000Z';
  const held = { from, to: null, compromisedSince: null };
  const codeKey = { kid: await thumbprint(world.port.jwk), use: 'code', jwk: world.port.jwk } as const;
  return {
    v: 1,
    channel: 'anlian',
    chaincode: 'anlian',
    ledger: 'embedded',
    genesisHash: '0'.repeat(64),
    genesis: toBase64Url(new Uint8Array(8)),
    updates: [],
    k: 1,
    witnesses: 0,
    voteAssertions: ['development'],
    personAssertions: ['development'],
    members: [
      {
        member: 'hengyuan',
        company: '91990101MAAA00012T',
        kind: 'governor',
        mspId: 'HengyuanMSP',
        from,
        to: null,
        keys: [
          { key: codeKey, ...held },
          { key: world.packKey, ...held },
        ],
      },
    ],
    asOf: { height: 41, at: from },
    publishedBy: ['hengyuan'],
  };
};

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A directory with a trust file, a node that answers, and a clock that stands until a test moves it. */
export interface Desk {
  readonly world: World;
  readonly node: TestNode;
  /** Of this test alone. */
  readonly cwd: string;
  nowMs: number;
  anlian(...args: readonly string[]): Promise<Ran>;
  /** The QR text of a company's code. */
  code(changes?: Parameters<typeof companyClaims>[0]): Promise<string>;
  /** Clears the desk for the next test. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const openDesk = async (): Promise<Desk> => {
  const world = await makeWorld();
  const node = await startNode(world);
  const used: string[] = [];
  const desk = {
    world,
    node,
    cwd: '',
    nowMs: NOW_MS,
    anlian: async (...args: readonly string[]): Promise<Ran> => {
      const [out, err]: [string[], string[]] = [[], []];
      const exit = await main(args, {
        out: (line) => out.push(line),
        err: (line) => err.push(line),
        env: { LANG: 'zh_CN.UTF-8' },
        cwd: desk.cwd,
        isTerminal: false,
        clock: () => desk.nowMs,
        monotonic: () => desk.nowMs,
        bootId: 'a',
        random: randomBytes,
        fetch,
      });
      return { exit, out: out.join('\n'), err: err.join('\n') };
    },
    code: async (changes: Parameters<typeof companyClaims>[0] = {}) =>
      codeText('hengyuan.localhost', await encodeCompanyCode(companyClaims(changes), world.port.kid, world.port.sign)),
    clear: async () => {
      desk.nowMs = NOW_MS;
      desk.cwd = mkdtempSync(join(tmpdir(), 'anlian-cli-'));
      used.push(desk.cwd);
      writeFileSync(join(desk.cwd, 'trust.json'), JSON.stringify(await trustOf(world)));
    },
    close: async () => {
      await node.close();
      for (const dir of used) rmSync(dir, { recursive: true });
    },
  };
  return desk;
};
