import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { main } from './main.ts';
import { processContext } from './processContext.ts';

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

it.each([['not a url'], ['ftp://127.0.0.1']])('refuses %s as an address', async (address) => {
  expect((await doctor(address)).code).toBe(2);
});
