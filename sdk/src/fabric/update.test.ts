import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ChannelConfiguration, messages } from '../ledger/index.ts';
import { applyChange } from './change.ts';
import { type TestOrganisation, testChannel, testOrganisation } from './channel.fixture.ts';
import { raftOf, treeOf } from './configuration.ts';
import { differenceOf } from './difference.ts';
import {
  type CheckedUpdate,
  checkUpdate,
  makeUpdate,
  missingSigners,
  requireSignatures,
  signUpdate,
} from './update.ts';
import { readUpdate, writeUpdate } from './updateFile.ts';

let [a, b, c, d]: TestOrganisation[] = [];
let channel: ChannelConfiguration;
const random = (length: number) => new Uint8Array(randomBytes(length));
const of = (one: TestOrganisation | undefined): TestOrganisation => one as TestOrganisation;
const adding = () => ({ kind: 'add', organisation: of(d).organisation }) as const;
const removing = (one: TestOrganisation | undefined) =>
  ({ kind: 'remove', mspId: of(one).organisation.mspId }) as const;

beforeAll(async () => {
  [a, b, c, d] = await Promise.all(['hengyuan', 'qichuan', 'zhengheng', 'tongzhou'].map(testOrganisation));
  channel = await testChannel([of(a), of(b), of(c)], [of(a)]);
});

const decoded = ({ bytes }: { readonly bytes: Uint8Array }) => {
  const update = messages.configtx.ConfigUpdate.deserializeBinary(bytes);
  const section = (set: 'getReadSet' | 'getWriteSet', name: string) => update[set]()?.getGroupsMap().get(name);
  return { update, section };
};
const names = (group: ReturnType<ReturnType<typeof decoded>['section']>) =>
  group
    ?.getGroupsMap()
    .getEntryList()
    .map(([name]) => name);

describe('the update that changes a configuration', () => {
  it('writes the newcomer whole and of the rest only versions, and nothing outside its group', () => {
    const { update, section } = decoded(makeUpdate(channel, adding()));
    const [read, write] = [section('getReadSet', 'Application'), section('getWriteSet', 'Application')];
    expect(update.getChannelId()).toBe('anlian-test');
    expect([read?.getVersion(), write?.getVersion()]).toEqual([1, 2]);
    expect(names(read)).toEqual(['hengyuan', 'qichuan', 'zhengheng']);
    expect(names(write)).toEqual(['hengyuan', 'qichuan', 'tongzhou', 'zhengheng']);
    expect(write?.getModPolicy()).toBe('Admins');
    expect(write?.getGroupsMap().get('hengyuan')?.getValuesMap().getLength()).toBe(0);
    expect(write?.getGroupsMap().get('tongzhou')?.getPoliciesMap().getLength()).toBe(4);
    expect(section('getWriteSet', 'Orderer')).toBeUndefined();
  });

  it('leaves out whoever is removed', () => {
    const { section } = decoded(makeUpdate(channel, removing(c)));
    expect(names(section('getWriteSet', 'Application'))).toEqual(['hengyuan', 'qichuan']);
  });

  it('is none where nothing changes', () => {
    expect(differenceOf(treeOf(channel), treeOf(channel))).toBeUndefined();
  });

  it.each([
    ['its name', (one: TestOrganisation) => ({ ...one.organisation, name: 'qichuan' }), 'name'],
    ['its MSP', (one: TestOrganisation) => ({ ...one.organisation, mspId: 'qichuanMSP' }), 'mspId'],
    [
      'its authority',
      (one: TestOrganisation) => ({ ...one.organisation, rootCertPems: of(b).organisation.rootCertPems }),
      'rootCertPems',
    ],
  ])('is refused to a newcomer who has %s from another', (_, twin, field) => {
    expect(() => makeUpdate(channel, { kind: 'add', organisation: twin(of(d)) })).toThrow(
      expect.objectContaining({ code: 'already_exists', field }),
    );
  });
});

describe('an orderer whose governor is removed', () => {
  it('is taken out where others go on: its consenter, its organisation, and no other', async () => {
    const raft = await testChannel([of(a), of(b), of(c)], [of(a), of(b), of(c)]);
    const { configuration, ordering } = applyChange(raft, removing(b));
    expect(ordering).toBe('removed');
    expect(configuration.orderers.map(({ name }) => name)).toEqual(['hengyuan', 'zhengheng']);
    const certs = (one: ChannelConfiguration) =>
      raftOf(one)
        .getConsentersList()
        .map((consenter) => consenter.getServerTlsCert_asB64());
    expect(certs(configuration)).toEqual(certs(raft).filter((_, at) => at !== 1));
    const { section } = decoded(makeUpdate(raft, removing(b)));
    const consensus = section('getWriteSet', 'Orderer')?.getValuesMap().get('ConsensusType');
    expect(consensus?.getVersion()).toBe(1);
  });

  it('is told as untouched where it orders alone, and of BFT', async () => {
    expect(applyChange(channel, removing(a)).ordering).toBe('untouched');
    const bft = await testChannel([of(a), of(b)], [of(a), of(b)], { type: 'BFT' });
    expect(applyChange(bft, removing(a)).ordering).toBe('untouched');
    expect(applyChange(channel, removing(b)).ordering).toBe('none');
  });

  it('is not needed: the last governor stays', async () => {
    const alone = await testChannel([of(a)], [of(a)]);
    expect(() => applyChange(alone, removing(a))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});

describe('signatures', () => {
  const signedBy = async (change: Parameters<typeof makeUpdate>[1], ...who: readonly TestOrganisation[]) => {
    let update = await checkUpdate(makeUpdate(channel, change), channel);
    for (const { admin } of who) update = await signUpdate(update, admin, random);
    return update;
  };
  const signersOf = ({ signers }: CheckedUpdate) => signers.map(({ organisation }) => organisation.mspId);
  const missing = (update: CheckedUpdate) => missingSigners(update).map(({ name }) => name);

  it('count once for each organisation, and only as a strict majority', async () => {
    const one = await signedBy(adding(), of(a), of(a));
    expect(one.signatures).toHaveLength(1);
    expect(() => requireSignatures(one)).toThrow(expect.objectContaining({ code: 'fabric_signatures_missing' }));
    expect(missing(one)).toEqual(['qichuan', 'zhengheng']);
    expect(missing(await signedBy(adding(), of(a), of(c)))).toEqual([]);

    const twice = { ...one, signatures: [...one.signatures, ...one.signatures] };
    const checked = await checkUpdate(twice, channel);
    expect([signersOf(checked), missing(checked)]).toEqual([['hengyuanMSP'], ['qichuan', 'zhengheng']]);
  });

  it('of half the governors are no majority', async () => {
    const four = await testChannel([of(a), of(b), of(c), of(d)], [of(a)]);
    let update = await checkUpdate(makeUpdate(four, removing(d)), four);
    for (const { admin } of [of(a), of(b)]) update = await signUpdate(update, admin, random);
    expect(missing(update)).toEqual(['tongzhou', 'zhengheng']);
    expect(missing(await signUpdate(update, of(c).admin, random))).toEqual([]);
  });

  it('survive the way as a file', async () => {
    const update = await signedBy(adding(), of(a), of(b));
    const read = await checkUpdate(readUpdate(writeUpdate(update)), channel);
    expect(signersOf(read)).toEqual(['hengyuanMSP', 'qichuanMSP']);
    expect(writeUpdate(read)).toBe(writeUpdate(update));
  });

  it('of a client, or of the newcomer itself, are refused before and after', async () => {
    const update = await signedBy(adding());
    for (const identity of [of(a).client, of(d).admin])
      await expect(signUpdate(update, identity, random)).rejects.toMatchObject({ code: 'fabric_signer_not_admin' });
    const { signatures } = await signedBy(adding(), of(a));
    const [own] = signatures as [(typeof signatures)[number]];
    const forged = { ...own, signature: own.signature.map((byte, at) => (at === 10 ? byte ^ 1 : byte)) };
    await expect(checkUpdate({ ...update, signatures: [forged] }, channel)).rejects.toMatchObject({
      code: 'fabric_update_foreign',
    });
  });

  it('of the ordering organisations are asked for too, when the ordering service changes', async () => {
    const raft = await testChannel([of(a), of(b), of(c)], [of(a), of(c), of(d)]);
    let update = await checkUpdate(makeUpdate(raft, removing(c)), raft);
    for (const { admin } of [of(a), of(b)]) update = await signUpdate(update, admin, random);
    expect(missing(update).sort()).toEqual(['tongzhou', 'zhengheng']);
    expect(missing(await signUpdate(update, of(d).admin, random))).toEqual([]);
  });

  it('go with one configuration: after another change the update is outdated', async () => {
    const update = await signedBy(adding(), of(a), of(b));
    const { configuration } = applyChange(channel, removing(c));
    const later = { ...configuration, sequence: 5 };
    await expect(checkUpdate(update, later)).rejects.toMatchObject({ code: 'fabric_update_outdated' });
    expect(channel.application).toHaveLength(3);
  });

  it('are not asked for an update that adds and does something else', async () => {
    const update = makeUpdate(channel, adding());
    const message = messages.configtx.ConfigUpdate.deserializeBinary(update.bytes);
    message.getWriteSet()?.getGroupsMap().get('Application')?.getGroupsMap().del('zhengheng');
    await expect(checkUpdate({ ...update, bytes: message.serializeBinary() }, channel)).rejects.toMatchObject({
      code: 'fabric_update_foreign',
    });
  });
});

it.each([
  ['no JSON', '{'],
  ['another file', '{"v":1}'],
  [
    'a field more',
    '{"v":1,"kind":"anlian-channel-update","channel":"c","sequence":0,"change":{"kind":"remove","mspId":"aMSP"},"update":"","signatures":[],"x":1}',
  ],
  [
    'bytes that are no base64url',
    '{"v":1,"kind":"anlian-channel-update","channel":"c","sequence":0,"change":{"kind":"remove","mspId":"aMSP"},"update":"=","signatures":[]}',
  ],
])('a file that is %s is refused', (_, text) => {
  expect(() => readUpdate(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
