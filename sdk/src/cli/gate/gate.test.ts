import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codePng } from '../../code/image/index.ts';
import { SITE } from '../../gate/fixture.ts';
import { GATE, NOW_MS } from '../../gate/world.fixture.ts';
import { type Desk, openDesk } from '../desk.fixture.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
beforeEach(() => desk.clear());
afterAll(() => desk.close());

/** What a registered gate is set up with. */
const given = (member = 'hengyuan'): string[] => [
  ...['--id', GATE, '--member', member, '--site', SITE],
  ...['--node', desk.node.url, '--trust', 'trust.json'],
];

describe('anlian gate', () => {
  const setUp = async (): Promise<void> => {
    const keys = JSON.parse((await desk.anlian('gate', 'init', '--json')).out);
    await desk.node.register(keys.gateKey, keys.clientKey);
    desk.node.kept.length = 0;
    expect((await desk.anlian('gate', 'init', ...given())).exit).toBe(0);
  };

  it('is set up, synced, decides, holds, releases and delivers', async () => {
    await setUp();
    expect(JSON.parse((await desk.anlian('gate', 'sync', '--json')).out)).toMatchObject({
      kind: 'replaced',
      height: 41,
    });
    const pass = await desk.anlian('gate', 'decide', await desk.world.show(NOW_MS), '--in', '--class', 'hot_work');
    expect([pass.exit, pass.out.split('\n')[0]]).toEqual([0, '通行 · Pass']);

    writeFileSync(join(desk.cwd, 'badge.png'), codePng(desk.world.badge()).png);
    const hold = await desk.anlian('gate', 'decide', 'badge.png', '--in', '--json');
    expect([hold.exit, JSON.parse(hold.out).decision.outcome]).toEqual([1, 'hold']);
    const released = await desk.anlian('gate', 'release', '2', '--reason', 'identity_confirmed', '--json');
    expect(JSON.parse(released.out)).toMatchObject({ released: 2, seq: 3 });
    expect((await desk.anlian('gate', 'emergency', '--out', '--persons', '12')).exit).toBe(0);

    expect(JSON.parse((await desk.anlian('gate', 'status', '--json')).out)).toMatchObject({
      lastSeq: 4,
      waiting: 4,
      holds: 0,
    });
    expect(JSON.parse((await desk.anlian('gate', 'upload', '--json')).out)).toEqual({ upTo: 4 });
    expect(desk.node.kept).toHaveLength(4);
  });

  it('keeps the id under which it decided: another one is refused and nothing changes', async () => {
    await setUp();
    const other = `gat_${'0'.repeat(32)}`;
    const init = (id: string) =>
      desk.anlian(
        'gate',
        'init',
        '--id',
        id,
        '--member',
        'hengyuan',
        '--site',
        SITE,
        '--node',
        desk.node.url,
        '--trust',
        'trust.json',
      );
    expect((await init(other)).exit).toBe(0);
    expect((await init(GATE)).exit).toBe(0);
    await desk.anlian('gate', 'sync');
    await desk.anlian('gate', 'decide', await desk.world.show(NOW_MS), '--in', '--class', 'hot_work');
    const settings = readFileSync(join(desk.cwd, '.anlian', 'gates', 'default', 'gate.json'), 'utf8');
    const { exit, err } = await init(other);
    expect(exit).toBe(1);
    expect(err).toMatch(new RegExp(`^already_exists: 已存在\n.*${GATE}\n.*anlian gate init --gate NAME`));
    expect(readFileSync(join(desk.cwd, '.anlian', 'gates', 'default', 'gate.json'), 'utf8')).toBe(settings);
    expect((await init(GATE)).exit).toBe(0);
    expect((await desk.anlian('gate', 'upload', '--json')).out).toBe('{"upTo":1}');
  });

  it('tells its state to a guard: age of the lists, clock, records and holds in words, no picture', async () => {
    await setUp();
    await desk.anlian('gate', 'sync');
    await desk.anlian('gate', 'decide', desk.world.badge(), '--in');
    desk.nowMs += 65 * 60_000;
    const { out } = await desk.anlian('gate', 'status', '--lang', 'en');
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
    expect(JSON.parse((await desk.anlian('gate', 'status', '--json')).out).pending[0].atMs).toBe(NOW_MS);
  });

  it('says of a company’s credit code that it is no pass', async () => {
    await setUp();
    await desk.anlian('gate', 'sync');
    const { exit, out } = await desk.anlian('gate', 'decide', await desk.code(), '--in');
    expect([exit, out]).toEqual([1, expect.stringContaining('→ 出示的是公司信用码，不是通行证')]);
    expect((await desk.anlian('gate', 'decide', 'hello', '--in')).out).not.toContain('公司信用码，不是通行证');
  });

  it('neither decides on nor records the name of a file that is not there', async () => {
    await setUp();
    const { exit, err } = await desk.anlian('gate', 'decide', 'badeg.png', '--in', '--lang', 'en');
    expect([exit, err.split('\n')[0]]).toEqual([2, 'the file badeg.png cannot be read']);
    expect(JSON.parse((await desk.anlian('gate', 'status', '--json')).out).lastSeq).toBe(0);
  });

  it('is not set up for a member that the trust file does not know', async () => {
    const { exit, err } = await desk.anlian('gate', 'init', ...given('hengyaun'), '--lang', 'en');
    expect([exit, err.split('\n')[0]]).toEqual([2, '--member hengyaun is not known; did you mean --member hengyuan?']);
  });

  it('that its node does not know says who registers it', async () => {
    await setUp();
    expect((await desk.anlian('gate', 'init', '--gate', 'new', ...given())).exit).toBe(0);
    const { exit, err } = await desk.anlian('gate', 'sync', '--gate', 'new');
    expect([exit, err.split('\n').at(-1)?.trim()]).toEqual([
      1,
      '节点不认识这台闸机的密钥：请管理员登记（registerGate），并核对编号',
    ]);
  });

  it('goes on when its node cannot be reached, and says how damaged settings are mended', async () => {
    await setUp();
    expect((await desk.anlian('gate', 'status')).out).toMatch(/^名单：没有.*\n时钟：重启后尚未核对.*UTC\+8/);
    const config = join(desk.cwd, '.anlian', 'gates', 'default', 'gate.json');
    writeFileSync(config, readFileSync(config, 'utf8').replace(desk.node.url, 'http://127.0.0.1:1'));
    expect((await desk.anlian('gate', 'sync')).err).toContain('闸机继续按现有名单工作');
    writeFileSync(config, '{');
    expect((await desk.anlian('gate', 'sync')).err).toContain('用 anlian gate init 重新填写编号');
  });

  it('tells a refusal in one word, every reason in both languages, and one instruction', async () => {
    await setUp();
    await desk.anlian('gate', 'sync');
    const { exit, out } = await desk.anlian(
      'gate',
      'decide',
      await desk.world.show(NOW_MS - 61_000),
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
    expect((await desk.anlian(...args)).exit).toBe(2);
  });
});
