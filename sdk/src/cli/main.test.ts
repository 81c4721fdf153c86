import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { policyHashOf } from '@anlian/chaincode/rules';
import { CREDIT_POLICY_1, fromBase64Url, type TrustBundle, toBase64Url } from '@anlian/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyClaims } from '../code/fixture.ts';
import { codePng } from '../code/image/index.ts';
import { thumbprint } from '../code/keys.ts';
import { codeText } from '../code/link.ts';
import { encodeCompanyCode } from '../code/open.ts';
import { SITE } from '../gate/fixture.ts';
import { startNode, type TestNode } from '../gate/node.fixture.ts';
import { GATE, makeWorld, NOW_MS, type World } from '../gate/world.fixture.ts';
import { main } from './main.ts';

let world: World;
let node: TestNode;
let cwd: string;
let nowMs = NOW_MS;
const cleanUp: string[] = [];

const trustOf = async (): Promise<TrustBundle> => {
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

const anlian = async (...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const exit = await main(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    env: { LANG: 'zh_CN.UTF-8' },
    cwd,
    isTerminal: false,
    clock: () => nowMs,
    monotonic: () => nowMs,
    bootId: 'a',
    random: randomBytes,
    fetch,
  });
  return { exit, out: out.join('\n'), err: err.join('\n') };
};

beforeAll(async () => {
  world = await makeWorld();
  node = await startNode(world);
});
afterAll(async () => {
  await node.close();
  for (const dir of cleanUp) rmSync(dir, { recursive: true });
});
beforeEach(async () => {
  nowMs = NOW_MS;
  cwd = mkdtempSync(join(tmpdir(), 'anlian-cli-'));
  cleanUp.push(cwd);
  writeFileSync(join(cwd, 'trust.json'), JSON.stringify(await trustOf()));
});

const code = async (changes = {}) =>
  codeText('hengyuan.localhost', await encodeCompanyCode(companyClaims(changes), world.port.kid, world.port.sign));

describe('anlian code', () => {
  it('verifies a company’s code from its PNG, and says what that does not prove', async () => {
    writeFileSync(join(cwd, 'code.png'), codePng(await code()).png);
    const { exit, out } = await anlian('code', 'verify', 'code.png', '--trust', 'trust.json', '--json');
    expect(exit).toBe(0);
    const { verdict, code: facts, checks } = JSON.parse(out);
    expect([verdict, facts.score, facts.company]).toEqual(['proven', 89, '91990101MAAA00039J']);
    expect(checks.map(({ name }: { name: string }) => name)).toContain('cose_signature');
    for (const { doesNotProve } of checks) expect(doesNotProve).not.toBe('');
  });

  it('ends a verification with who, what, until when and on whose word, after the warnings', async () => {
    const { out } = await anlian('code', 'verify', await code(), '--trust', 'trust.json');
    const [genesis, ledger, signIn, end] = out.split('\n').slice(-4);
    expect(genesis).toContain(`! 未核对创世摘要 ${'0'.repeat(64)}`);
    expect(ledger).toContain('单一运营方');
    expect(signIn).toContain('登录不核验身份');
    expect(end).toMatch(
      /^结论：公司 91990101MAAA00039J 信用分 89（等级.*），.* 由 hengyuan 签发，有效至 2026-11-23 08:00:00 UTC\+8$/,
    );
    const policyHash = fromBase64Url(await policyHashOf(CREDIT_POLICY_1));
    const banded = await anlian('code', 'verify', await code({ policyHash }), '--trust', 'trust.json', '--lang', 'en');
    expect(banded.out.split('\n').at(-1)).toContain('a score of 89 (band green), on the word of hengyuan');
    const pass = await anlian('code', 'verify', world.badge(), '--trust', 'trust.json', '--lang', 'en');
    expect(pass.out.split('\n').at(-1)).toContain('without a phone’s signature');
  });

  it.each([['hello'], ['123'], ['HTTPS://A.EXAMPLE/C#1']])(
    'says in Chinese what to give in place of %j',
    async (text) => {
      const { exit, err } = await anlian('code', 'show', text, '--trust', 'trust.json');
      expect(exit).toBe(1);
      expect(err.split('\n').at(-1)?.trim()).toMatch(/^这不是完整的信用码或通行证/);
    },
  );

  it('shows a pass and the moment in which its phone signed', async () => {
    const { exit, out } = await anlian('code', 'show', await world.show(NOW_MS), '--trust', 'trust.json');
    expect(exit).toBe(0);
    expect(out).toContain('presentedAt: 2026-11-22T00:00:00.000Z');
  });

  it.each([
    ['expired', () => code({ exp: NOW_MS / 1000 }), 'cwt_time'],
    ['issued tomorrow', () => code({ iat: NOW_MS / 1000 + 86_400, exp: NOW_MS / 1000 + 90_000 }), 'cwt_time'],
    [
      'of one changed digit',
      async () => (await code()).replace(/(\d)(\d{40})$/, (_, digit, rest) => `${(Number(digit) + 1) % 10}${rest}`),
      'cose_signature',
    ],
    ['that is no code', async () => 'hello', 'code_form'],
    ['of 1 MB', async () => '1'.repeat(1 << 20), 'code_form'],
  ])('refuses a code %s by the name of the check', async (_what, make, check) => {
    const { exit, out } = await anlian('code', 'verify', await make(), '--trust', 'trust.json', '--json');
    expect([exit, JSON.parse(out).refused]).toEqual([1, check]);
  });

  it.each([
    ['no code', ['code', 'verify', '--trust', 'trust.json']],
    ['a trust file that is not there', ['code', 'verify', '123', '--trust', 'absent.json']],
    ['an unknown option', ['code', 'verify', '123', '--trsut', 'x']],
    ['an unknown verb', ['code', 'burn', '123']],
    ['two codes', ['code', 'show', '1', '2', '--trust', 'trust.json']],
  ])('is used wrongly with %s: exit code 2', async (_what, args) => {
    expect((await anlian(...args)).exit).toBe(2);
  });
});

describe('anlian pass', () => {
  const invite = () => `${node.url}/pass#${node.token}`;

  it('enrols a phone whose key stays in it, and presents the pass for the moment', async () => {
    const enrolled = await anlian('pass', 'enrol', '--invite', invite(), '--json');
    expect([enrolled.exit, enrolled.err]).toEqual([0, '']);
    const { phone } = JSON.parse(enrolled.out);
    expect(statSync(join(phone, 'phone-key.jwk')).mode & 0o777).toBe(0o600);
    expect(enrolled.out).not.toContain('"d"');

    nowMs += 45_000;
    const presented = await anlian('pass', 'present', '--png', 'pass.png');
    expect([presented.exit, presented.out]).toEqual([0, '']);
    const shown = await anlian('code', 'show', 'pass.png', '--trust', 'trust.json', '--json');
    expect(JSON.parse(shown.out)).toMatchObject({ kind: 'pass', presentedAt: '2026-11-22T00:00:45.000Z' });

    const badge = await anlian('pass', 'present', '--badge');
    expect(
      JSON.parse((await anlian('code', 'show', badge.out, '--trust', 'trust.json', '--json')).out),
    ).not.toHaveProperty('presentedAt');
    expect((await anlian('pass', 'enrol', '--invite', invite())).exit).toBe(0);
    const other = await anlian('pass', 'enrol', '--invite', invite(), '--phone', 'other', '--json');
    expect([other.exit, JSON.parse(other.out).error]).toEqual([1, 'invite_invalid']);
    const told = await anlian('pass', 'enrol', '--invite', invite(), '--phone', 'other');
    expect(told.err).toBe('invite_invalid: 邀请已使用或已过期\n    请班组长重新发出邀请');
    expect((await anlian('pass', 'present', '--phone', 'defualt')).err).toContain('没有这部手机；是不是 default？');
    expect((await anlian('pass', 'present', '--phone', 'nobody')).err).toContain('没有这部手机；有：default');
  });

  it.each(['not a link', 'ftp://a.example/pass#x', 'https://a.example/pass', 'https://a.example/pass#short'])(
    'refuses the invitation %j before anything is sent',
    async (link) => {
      const { exit, out } = await anlian('pass', 'enrol', '--invite', link, '--json');
      expect([exit, JSON.parse(out).error]).toEqual([1, 'invite_invalid']);
      expect(existsSync(join(cwd, '.anlian'))).toBe(false);
    },
  );

  it('of a phone that was not enrolled is not presented', async () => {
    const { exit, err } = await anlian('pass', 'present');
    expect(exit).toBe(1);
    expect(err).toContain('not_found');
    expect(err).toContain('先登记手机：anlian pass enrol');
  });
});

describe('anlian gate', () => {
  const setUp = async (): Promise<void> => {
    const keys = JSON.parse((await anlian('gate', 'init', '--json')).out);
    await node.register(keys.gateKey, keys.clientKey);
    node.kept.length = 0;
    const given = ['--id', GATE, '--member', 'hengyuan', '--site', SITE, '--node', node.url, '--trust', 'trust.json'];
    expect((await anlian('gate', 'init', ...given)).exit).toBe(0);
  };

  it('is set up, synced, decides, holds, releases and delivers', async () => {
    await setUp();
    expect(JSON.parse((await anlian('gate', 'sync', '--json')).out)).toMatchObject({ kind: 'replaced', height: 41 });
    const pass = await anlian('gate', 'decide', await world.show(NOW_MS), '--in', '--class', 'hot_work');
    expect([pass.exit, pass.out.split('\n')[0]]).toEqual([0, '通行 · Pass']);

    writeFileSync(join(cwd, 'badge.png'), codePng(world.badge()).png);
    const hold = await anlian('gate', 'decide', 'badge.png', '--in', '--json');
    expect([hold.exit, JSON.parse(hold.out).decision.outcome]).toEqual([1, 'hold']);
    const released = await anlian('gate', 'release', '2', '--reason', 'identity_confirmed', '--json');
    expect(JSON.parse(released.out)).toMatchObject({ released: 2, seq: 3 });
    expect((await anlian('gate', 'emergency', '--out', '--persons', '12')).exit).toBe(0);

    expect(JSON.parse((await anlian('gate', 'status', '--json')).out)).toMatchObject({
      lastSeq: 4,
      waiting: 4,
      holds: 0,
    });
    expect(JSON.parse((await anlian('gate', 'upload', '--json')).out)).toEqual({ upTo: 4 });
    expect(node.kept).toHaveLength(4);
  });

  it('keeps the id under which it decided: another one is refused and nothing changes', async () => {
    await setUp();
    const other = `gat_${'0'.repeat(32)}`;
    const init = (id: string) =>
      anlian(
        'gate',
        'init',
        '--id',
        id,
        '--member',
        'hengyuan',
        '--site',
        SITE,
        '--node',
        node.url,
        '--trust',
        'trust.json',
      );
    expect((await init(other)).exit).toBe(0);
    expect((await init(GATE)).exit).toBe(0);
    await anlian('gate', 'sync');
    await anlian('gate', 'decide', await world.show(NOW_MS), '--in', '--class', 'hot_work');
    const settings = readFileSync(join(cwd, '.anlian', 'gates', 'default', 'gate.json'), 'utf8');
    const { exit, err } = await init(other);
    expect(exit).toBe(1);
    expect(err).toMatch(new RegExp(`^already_exists: 已存在\n.*${GATE}\n.*anlian gate init --gate NAME`));
    expect(readFileSync(join(cwd, '.anlian', 'gates', 'default', 'gate.json'), 'utf8')).toBe(settings);
    expect((await init(GATE)).exit).toBe(0);
    expect((await anlian('gate', 'upload', '--json')).out).toBe('{"upTo":1}');
  });

  it('tells its state to a guard: age of the lists, clock, records and holds in words, no picture', async () => {
    await setUp();
    await anlian('gate', 'sync');
    await anlian('gate', 'decide', world.badge(), '--in');
    nowMs += 65 * 60_000;
    const { out } = await anlian('gate', 'status', '--lang', 'en');
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/^Lists: 1 h \d+ min old \(2026-11-22 0\d:\d\d:\d\d UTC\+8\), \d+ rows, ledger height 41$/),
      'Clock: trusted (2026-11-22 09:05:00 UTC+8)',
      'Records: 1, of which 1 wait to be uploaded',
      'Holds: 0 waiting',
      expect.stringMatching(
        /^ {2}#1 .+ · .+ in 2026-11-22 08:00:00 UTC\+8, timed out at 2026-11-22 08:\d\d:00 UTC\+8$/,
      ),
    ]);
    expect(out).not.toContain('data:image');
    expect(JSON.parse((await anlian('gate', 'status', '--json')).out).pending[0].atMs).toBe(NOW_MS);
  });

  it('says of a company’s credit code that it is no pass', async () => {
    await setUp();
    await anlian('gate', 'sync');
    const { exit, out } = await anlian('gate', 'decide', await code(), '--in');
    expect([exit, out]).toEqual([1, expect.stringContaining('→ 出示的是公司信用码，不是通行证')]);
    expect((await anlian('gate', 'decide', 'hello', '--in')).out).not.toContain('公司信用码，不是通行证');
  });

  it('neither decides on nor records the name of a file that is not there', async () => {
    await setUp();
    const { exit, err } = await anlian('gate', 'decide', 'badeg.png', '--in', '--lang', 'en');
    expect([exit, err.split('\n')[0]]).toEqual([2, 'the file badeg.png cannot be read']);
    expect(JSON.parse((await anlian('gate', 'status', '--json')).out).lastSeq).toBe(0);
  });

  it('is not set up for a member that the trust file does not know', async () => {
    const given = ['--id', GATE, '--member', 'hengyaun', '--site', SITE, '--node', node.url, '--trust', 'trust.json'];
    const { exit, err } = await anlian('gate', 'init', ...given, '--lang', 'en');
    expect([exit, err.split('\n')[0]]).toEqual([2, '--member hengyaun is not known; did you mean --member hengyuan?']);
  });

  it('that its node does not know says who registers it', async () => {
    await setUp();
    const given = ['--id', GATE, '--member', 'hengyuan', '--site', SITE, '--node', node.url, '--trust', 'trust.json'];
    expect((await anlian('gate', 'init', '--gate', 'new', ...given)).exit).toBe(0);
    const { exit, err } = await anlian('gate', 'sync', '--gate', 'new');
    expect([exit, err.split('\n').at(-1)?.trim()]).toEqual([
      1,
      '节点不认识这台闸机的密钥：请管理员登记（registerGate），并核对编号',
    ]);
  });

  it('goes on when its node cannot be reached, and says how damaged settings are mended', async () => {
    await setUp();
    expect((await anlian('gate', 'status')).out).toMatch(/^名单：没有.*\n时钟：重启后尚未核对.*UTC\+8/);
    const config = join(cwd, '.anlian', 'gates', 'default', 'gate.json');
    writeFileSync(config, readFileSync(config, 'utf8').replace(node.url, 'http://127.0.0.1:1'));
    expect((await anlian('gate', 'sync')).err).toContain('闸机继续按现有名单工作');
    writeFileSync(config, '{');
    expect((await anlian('gate', 'sync')).err).toContain('用 anlian gate init 重新填写编号');
  });

  it('tells a refusal in one word, every reason in both languages, and one instruction', async () => {
    await setUp();
    await anlian('gate', 'sync');
    const { exit, out } = await anlian(
      'gate',
      'decide',
      await world.show(NOW_MS - 61_000),
      '--in',
      '--class',
      'general',
    );
    expect(exit).toBe(1);
    expect(out).toContain('禁止 · No entry');
    expect(out).toContain('- 出示的是旧画面或手机时钟偏慢 · An old picture, or the phone’s clock is slow (61 s)');
    expect(out.match(/^→ /gm)).toHaveLength(1);
  });

  it.each([
    ['no direction', ['gate', 'decide', '1']],
    ['two directions', ['gate', 'decide', '1', '--in', '--out']],
    ['an unknown class of work', ['gate', 'decide', '1', '--in', '--class', 'diving']],
    ['a gate that was not set up', ['gate', 'sync']],
    ['a reason of one’s own', ['gate', 'release', '1', '--reason', 'because']],
    ['no number', ['gate', 'release', 'one', '--reason', 'escorted']],
    ['half a gate', ['gate', 'init', '--id', GATE]],
    [
      'a node that is no address',
      ['gate', 'init', '--id', GATE, '--member', 'hengyuan', '--site', SITE, '--node', 'x', '--trust', 'trust.json'],
    ],
  ])('is used wrongly with %s: exit code 2', async (_what, args) => {
    expect((await anlian(...args)).exit).toBe(2);
  });
});

describe('the command', () => {
  it('speaks the language of the locale, or the one asked for', async () => {
    expect((await anlian('pass', 'present')).err).toMatch(/未找到/);
    expect((await anlian('pass', 'present', '--lang', 'en')).err).toMatch(/Not found/);
  });

  it('lists its verbs, when asked or when nothing is asked', async () => {
    for (const args of [[], ['--help'], ['-h'], ['help'], ['--lang', 'en'], ['--json']]) {
      const { exit, out } = await anlian(...args);
      expect([args, exit]).toEqual([args, 0]);
      expect(out).toContain('anlian gate decide');
    }
  });

  it.each<[string[], string[], string[]]>([
    [
      ['gate', '--help'],
      ['anlian gate init', 'anlian gate status'],
      ['anlian code', 'anlian verify', 'anlian as'],
    ],
    [
      ['help', 'pass'],
      ['anlian pass enrol', 'anlian pass present'],
      ['anlian gate', 'anlian code'],
    ],
    [['gate', 'sync', '--help'], ['anlian gate sync'], ['anlian gate decide', 'anlian as']],
    [['help', 'gate', 'sync'], ['anlian gate sync'], ['anlian gate decide', 'anlian as']],
    [['verify', '-h'], ['anlian verify BUNDLE'], ['anlian code verify']],
    [['--lang', 'en', 'doctor', '--help'], ['anlian doctor', 'Examines nodes'], ['anlian gate']],
    [['help', 'getScore'], ['GET /api/v1/companies/{company}/score'], ['anlian gate']],
  ])('%j explains that and nothing else', async (args, there, absent) => {
    const { exit, out, err } = await anlian(...args);
    expect([exit, err]).toEqual([0, '']);
    expect(there.filter((text) => !out.includes(text))).toEqual([]);
    expect(absent.filter((text) => out.includes(text))).toEqual([]);
  });

  it.each([
    [['gate', 'snyc'], 'anlian gate snyc is no command; did you mean anlian gate sync?'],
    [['gaet', 'sync'], 'anlian gaet is no command; did you mean anlian gate sync?'],
    [['verfy', 'proof.json'], 'anlian verfy is no command; did you mean anlian verify?'],
    [['doctr', '--json'], 'anlian doctr is no command; did you mean anlian doctor?'],
    [['getScore', '--company', 'x'], 'did you mean anlian as PERSON@MEMBER getScore?'],
    [['help', 'getScroe'], 'did you mean anlian as PERSON@MEMBER getScore?'],
    [['constructor'], 'anlian constructor is no command'],
    [['gate', 'toString'], 'anlian gate toString is no command'],
    [
      ['gate', 'decide', '1', '--in', '--class', 'hot_wrok'],
      '--class hot_wrok is not known; did you mean --class hot_work?',
    ],
    [['gate', 'decide', '1', '--in', '--gaet', 'x'], '--gaet is not known; did you mean --gate?'],
    [['verify', ''], 'BUNDLE is empty: probably a shell variable that is not set'],
    [['verify', 'absent.json'], 'absent.json cannot be read'],
    [
      ['verify', 'trust.json'],
      '.anlian/trust.json: name one with --trust; npm start writes that of a local consortium',
    ],
    [['verify', 'trust.json', '--trust', 'trust.json', '--genesis', 'x'], '--genesis must be 64 hexadecimal digits'],
    [['gate', 'decide', '1'], 'say --in or --out'],
    [['gate', 'sync', '--gate', 'east'], 'no gate is set up in '],
  ])('says what is wrong with %j', async (args, told) => {
    const { exit, out, err } = await anlian(...args, '--lang', 'en');
    expect([exit, out]).toEqual([2, '']);
    expect(err.split('\n')[0]).toContain(told);
    expect(err.split('\n').length).toBeLessThanOrEqual(3);
  });

  it('names a file that it cannot write', async () => {
    const { exit, err } = await anlian('code', 'print', await code(), '--png', 'no/such.png', '--lang', 'en');
    expect([exit, err.split('\n')[0]]).toEqual([2, 'the file no/such.png cannot be written']);
  });

  it('says what is to be chosen from a group of verbs', async () => {
    const { exit, out, err } = await anlian('gate');
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('anlian gate sync');
    expect(err).not.toContain('anlian code');
  });

  it('runs as a program of its own', () => {
    const bin = fileURLToPath(new URL('../../bin/anlian.ts', import.meta.url));
    const env = { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '' };
    expect(execFileSync(process.execPath, [bin, '--help'], { env, encoding: 'utf8' })).toContain('anlian code verify');
    expect(readFileSync(bin, 'utf8').startsWith('#!/usr/bin/env node')).toBe(true);
  });
});
