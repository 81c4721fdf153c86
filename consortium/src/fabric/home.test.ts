import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureGenesis } from './channel.ts';
import { makeDirectory } from './directory.ts';
import { layoutOf, planAt, readState, settle, stateFile, writeState } from './home.ts';
import { planWith, planWithout } from './membership.ts';
import { everyOrganisation, type FabricPlan, type Profile } from './plan.ts';
import { CUTTINGS } from './settings/channel.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anlian-home-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const KNOWN = { v: 1, profile: 'raft1', firstPort: 7200, binaries: { dir: 'bin', source: 'PATH', version: '2.5.16' } };
const NOTHING = { profile: undefined, firstPort: undefined };
const remember = (profile: Profile, firstPort: number) =>
  writeState(dir, { v: 1, profile, firstPort, binaries: { dir: 'bin', source: 'PATH', version: '2.5.16' } });

describe('the home of a Fabric network', () => {
  it('begins with one orderer', async () => {
    expect(await settle(dir, NOTHING)).toEqual({ profile: 'raft1', firstPort: 7200 });
  });

  it('keeps profile and ports once the channel is made, and refuses others', async () => {
    await remember('raft3', 7300);
    writeFileSync(join(dir, 'genesis.block'), '');
    expect(await settle(dir, NOTHING)).toMatchObject({ profile: 'raft3', firstPort: 7300 });
    expect(await settle(dir, { profile: 'raft3', firstPort: 7300 })).toMatchObject({ profile: 'raft3' });
    for (const [asked, field, detail] of [
      [{ ...NOTHING, profile: 'raft1' as const }, '--profile raft1', '--profile raft3'],
      [{ ...NOTHING, cutting: 'throughput' as const }, '--cutting throughput', '--cutting latency'],
      [{ ...NOTHING, firstPort: 7200 }, '--port 7200', '--port 7300'],
    ] as const)
      await expect(settle(dir, asked)).rejects.toMatchObject({ code: 'fabric_layout_fixed', field, detail });
  });

  it('takes others while there is no channel, as after a port was found taken', async () => {
    await remember('raft1', 7200);
    expect(await settle(dir, { profile: undefined, firstPort: 7300 })).toEqual({ profile: 'raft1', firstPort: 7300 });
  });

  it('goes on with what a start that was cut short before the channel was asked for', async () => {
    const binaries = { dir: 'bin', source: 'PATH', version: '2.5.16' } as const;
    await writeState(dir, { v: 1, profile: 'raft3', firstPort: 7300, cutting: 'throughput', binaries });
    expect(await settle(dir, NOTHING)).toEqual({ profile: 'raft3', firstPort: 7300, cutting: 'throughput' });
  });

  it.each(['peer', 'ordering'])('makes no second channel where a member’s %s data are', async (ledger) => {
    await remember('raft3', 7300);
    mkdirSync(join(dir, 'hengyuan', 'crypto'), { recursive: true });
    expect(await settle(dir, NOTHING)).toMatchObject({ profile: 'raft3' });
    mkdirSync(join(dir, 'hengyuan', ledger));
    await expect(settle(dir, NOTHING)).rejects.toMatchObject({
      code: 'fabric_genesis_missing',
      detail: `hengyuan/${ledger}`,
    });
    const noTool = () => Promise.reject(new Error('configtxgen was run'));
    await expect(
      ensureGenesis(noTool, planAt(dir, { profile: 'raft3', firstPort: 7300 }), CUTTINGS.latency),
    ).rejects.toMatchObject({ code: 'fabric_genesis_missing' });
    writeFileSync(join(dir, 'genesis.block'), '');
    expect(await settle(dir, NOTHING)).toMatchObject({ profile: 'raft3', firstPort: 7300 });
  });

  it.each([
    ['cut short', '{"v":1,"prof'],
    ['empty', ''],
    ['of nothing', '{}'],
    ['of null', 'null'],
    ['of another version', JSON.stringify({ ...KNOWN, v: 2 })],
    ['of a wrong type', JSON.stringify({ ...KNOWN, firstPort: '7200' })],
    ['of an unknown profile', JSON.stringify({ ...KNOWN, profile: 'solo' })],
    ['of a member elsewhere', JSON.stringify({ ...KNOWN, joined: [{ member: '../x', mspId: 'XMSP', name: 'x' }] })],
  ])('tells of a memory that is %s', async (_, text) => {
    writeFileSync(stateFile(dir), text);
    await expect(readState(dir)).rejects.toMatchObject({ code: 'fabric_state_damaged', field: stateFile(dir) });
  });

  it('tells of a memory that is gone, where there is a channel', async () => {
    expect(await readState(dir)).toBeUndefined();
    writeFileSync(join(dir, 'genesis.block'), '');
    await expect(settle(dir, NOTHING)).rejects.toMatchObject({ code: 'fabric_state_damaged', detail: 'ENOENT' });
  });

  it.each([
    ['raft1', 3, 1],
    ['raft3', 3, 3],
    ['bft4', 4, 4],
  ] as const)('%s has %d members, %d of which order, on ports of their own', (profile, members, orderers) => {
    const { organisations } = planAt(dir, { profile, firstPort: 7200 });
    expect(organisations).toHaveLength(members);
    expect(organisations.filter(({ orderer }) => orderer)).toHaveLength(orderers);
    const ports = organisations.flatMap(({ peerPort, peerOperationsPort, chaincodePort, orderer }) => [
      peerPort,
      peerOperationsPort,
      chaincodePort,
      ...(orderer ? Object.values(orderer as object) : []),
    ]);
    expect(new Set(ports).size).toBe(ports.length);
  });
});

describe('members who come and go', () => {
  const TONGZHOU = { member: 'tongzhou', mspId: 'TongzhouMSP', name: 'tongzhou' };
  const portsOf = ({ organisations }: FabricPlan) =>
    Object.fromEntries(organisations.map(({ member, peerPort }) => [member, peerPort]));

  it('leave everybody else’s ports as they were, and keep theirs', () => {
    const founded = planAt(dir, { profile: 'raft3', firstPort: 7200 });
    const grown = planWith(founded, TONGZHOU);
    expect(portsOf(grown)).toEqual({ ...portsOf(founded), tongzhou: 7218 });
    const fewer = planWithout(grown, 'qichuan');
    expect(portsOf(fewer)).toEqual({ hengyuan: 7200, zhengheng: 7212, tongzhou: 7218 });
    expect(fewer.organisations.filter(({ orderer }) => orderer)).toHaveLength(2);
    expect(portsOf(planWith(fewer, { member: 'qichuan', mspId: 'QichuanMSP', name: 'qichuan' }))).toEqual(
      portsOf(grown),
    );
    expect(everyOrganisation(fewer).map(({ member }) => member)).toContain('qichuan');
  });

  it('are remembered by the home', async () => {
    const fewer = planWithout(planWith(planAt(dir, { profile: 'raft1', firstPort: 7200 }), TONGZHOU), 'zhengheng');
    await writeState(dir, { v: 1, ...layoutOf(fewer), binaries: { dir: 'bin', source: 'PATH', version: '2.5.16' } });
    writeFileSync(join(dir, 'genesis.block'), '');
    expect(portsOf(planAt(dir, await settle(dir, NOTHING)))).toEqual(portsOf(fewer));
    rmSync(join(dir, 'genesis.block'));
    expect(portsOf(planAt(dir, await settle(dir, NOTHING)))).toEqual(portsOf(fewer));
    await expect(settle(dir, { ...NOTHING, profile: 'bft4' })).rejects.toMatchObject({ code: 'fabric_layout_fixed' });
  });
});

describe('a folder that cannot be written', () => {
  it.each([
    ['/proc/anlian', 'ENOENT'],
    ['package.json/x', 'ENOTDIR'],
    ['package.json', 'ENOTDIR'],
  ])('%s is refused at once', async (path, detail) => {
    await expect(makeDirectory(path)).rejects.toMatchObject({ code: 'data_dir_unwritable', field: path, detail });
  });

  it('is made with those above it otherwise', async () => {
    await makeDirectory(join(dir, 'a', 'b'));
    await makeDirectory(join(dir, 'a', 'b'));
  });
});
