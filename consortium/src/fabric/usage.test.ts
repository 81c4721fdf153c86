import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noFabric, noFabric3, unless } from '../../../test/support/fabricParts.ts';
import { openTerminal } from './terminal.fixture.ts';

describe('npm run fabric:…', () => {
  const terminal = openTerminal();
  afterAll(() => terminal.close());

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
      expect(await terminal.type([word, ...rest])).toMatchObject({ exitCode, output: said });
      expect(existsSync(terminal.home)).toBe(false);
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
    const { exitCode, output } = await terminal.type(args);
    expect(exitCode).toBe(2);
    for (const said of [en, zh, 'npm run fabric:up ']) expect(output).toContain(said);
    expect(output).not.toContain('拒绝启动');
  });

  it.each([
    ['a folder without the programs', ['up'], { ANLIAN_FABRIC_BIN: '/proc' }, 'fabric_binary_missing · peer, orderer'],
    ['a home that cannot be written', ['up', '--home', '/proc/anlian'], {}, 'data_dir_unwritable · /proc/anlian'],
  ])('refuses %s', async (_name, args, environment, said) => {
    expect(await terminal.type(args, environment)).toMatchObject({
      exitCode: 1,
      output: expect.stringContaining(said),
    });
    expect(existsSync(terminal.home)).toBe(false);
  });

  const noFabric2 = noFabric ?? (noFabric3 === undefined ? 'ANLIAN_FABRIC_BIN holds Fabric 3.x' : undefined);
  it.skipIf(noFabric2)(
    unless(noFabric2, 'up refuses the BFT profile on Fabric 2.5'),
    async () => {
      const refused = await terminal.type(['up', '--profile', 'bft4', '--home', join(terminal.dir, 'bft')]);
      expect(refused).toMatchObject({
        exitCode: 1,
        output: expect.stringContaining('fabric_version_unsuitable · --profile bft4'),
      });
    },
    600_000,
  );
});
