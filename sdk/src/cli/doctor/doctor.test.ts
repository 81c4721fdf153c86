import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { main } from '../main.ts';
import { processContext } from '../processContext.ts';

const root = mkdtempSync(join(tmpdir(), 'anlian-doctor-'));
let home = '';
let homes = 0;
let foreign: Server;
let url = '';

/** A web server that is no node of ours, and whose clock is an hour behind. */
beforeAll(async () => {
  foreign = createServer((_, response) => {
    response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
    response.end('<html>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => foreign.close(resolve));
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  home = join(root, String(++homes));
  mkdirSync(home);
});

const doctor = async (...args: readonly string[]) => {
  const out: string[] = [];
  const err: string[] = [];
  const context = {
    ...processContext(),
    env: { ANLIAN_HOME: home },
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
  };
  const code = await main(['doctor', ...args], context);
  return { code, out: out.join('\n'), err: err.join('\n') };
};
const codesOf = (out: string): string[] => JSON.parse(out).findings.map(({ code }: { code: string }) => code);

it('says where to begin when nothing is there', async () => {
  const { code, out } = await doctor('--json');
  expect(code).toBe(1);
  expect(codesOf(out)).toEqual(['no_nodes', 'trust_missing']);
});

it('tells a node that does not answer from a server that is none, and the clock of the latter', async () => {
  const { code, out } = await doctor('--json', url, 'http://127.0.0.1:1');
  expect(code).toBe(1);
  expect(codesOf(out)).toEqual(['node_unreadable', 'clock_off', 'node_unreachable', 'trust_missing']);
});

it('finds the nodes in the home: the launcher’s list and the gates’ own', async () => {
  const known = { hengyuan: { url: `${url}/`, name: { zh: '恒远港务集团', en: 'Hengyuan Port Group' } } };
  writeFileSync(join(home, 'consortium.json'), JSON.stringify({ v: 1, nodes: known }));
  mkdirSync(join(home, 'gates', 'east'), { recursive: true });
  writeFileSync(join(home, 'gates', 'east', 'gate.json'), JSON.stringify({ node: 'http://127.0.0.1:1' }));
  const { nodes } = JSON.parse((await doctor('--json')).out);
  expect(nodes.map((node: { url: string }) => node.url)).toEqual([url, 'http://127.0.0.1:1']);
});

it.each([
  ['nothing', ''],
  ['no JSON', '{'],
  ['another file', '{"v":1}'],
])('names a trust file that cannot be used: %s', async (_, text) => {
  writeFileSync(join(home, 'trust.json'), text);
  expect(codesOf((await doctor('--json', url)).out)).toContain('trust_invalid');
});

it('gives each finding with its repair in the language asked for', async () => {
  expect((await doctor(url, '--lang', 'zh')).out).toContain('启用 NTP');
  expect((await doctor(url, '--lang', 'en')).out).toContain('Turn NTP on');
});

it('says what it checked when all is well, in the language asked for', async () => {
  const key = {
    kid: 'A'.repeat(43),
    use: 'actor',
    jwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) },
  };
  const label = { zh: '内置账本（单一运营方）', en: 'embedded ledger, one operator' };
  const answers: Record<string, object> = {
    '/api/v1/trust': { code: 'channel_not_founded' },
    '/readyz': { ready: true, database: true, following: true, height: 7 },
    '/api/v1/node': {
      member: 'hengyuan',
      company: '91990101MAAA00012T',
      kind: 'governor',
      name: { zh: '恒远港务集团', en: 'Hengyuan Port Group' },
      profile: 'development',
      labels: [],
      descriptor: {
        member: 'hengyuan',
        company: '91990101MAAA00012T',
        kind: 'governor',
        mspId: 'HengyuanMSP',
        keys: [key],
      },
      ledger: {
        kind: 'embedded',
        label,
        channel: 'anlian-local',
        chaincode: 'anlian',
        genesisHash: 'a'.repeat(64),
        height: 7,
        reachable: true,
        waitingCommands: 0,
      },
      evidence: { origin: 'anlian/anlian-local/hengyuan', size: 0, anchoredSize: 0 },
      version: '0.1.0',
    },
  };
  const node = createServer(({ url: path = '' }, response) => response.end(JSON.stringify(answers[path])));
  await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  const zh = await doctor(address, '--lang', 'zh');
  const en = await doctor(address, '--lang', 'en');
  const json = JSON.parse((await doctor(address, '--json')).out);
  answers['/api/v1/trust'] = { v: 2 };
  expect(codesOf((await doctor(address, '--json')).out)).toEqual(['list_unreadable', 'trust_missing']);
  await new Promise((resolve) => node.close(resolve));

  expect([zh.code, en.code, json.ok]).toEqual([0, 0, true]);
  expect(zh.out).toContain('✓ 节点应答 · 1/1\n');
  expect(zh.out).toContain('! 信任文件可用\n    ! trust_missing  没有信任文件');
  expect(zh.out).toContain('– 节点的密钥在信任文件中有效 · 无从检查\n');
  expect(zh.out).toMatch(/\n检查 11 项：0 项故障，1 项提示$/);
  expect(en.out).toContain('✓ Nodes answer · 1/1\n');
  expect(en.out).toMatch(/\n11 checks: 0 with faults, 1 with notices$/);
  expect(en.out).not.toMatch(/\p{Script=Han}/u);
  expect(json.checks.map(({ name, state }: { name: string; state: string }) => [name, state])).toContainEqual([
    'clocks',
    'ok',
  ]);
});

it.each([['not a url'], ['ftp://127.0.0.1']])('refuses %s as an address', async (address) => {
  expect((await doctor(address)).code).toBe(2);
});

it.each([['fr'], ['english']])('refuses the language %s', async (language) => {
  const { code, err } = await doctor('--lang', language);
  expect(code).toBe(2);
  expect(err).toContain('--lang');
});
