import 'reflect-metadata';
import { X509Crl } from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { decodeConfig } from '../../ledger/codec/index.ts';
import { configtx } from '../../ledger/codec/messages.ts';
import { concatBytes, encodeIdentity, type LedgerIdentity } from '../../ledger/index.ts';
import { CHECK, elementsOf } from './elements.ts';
import {
  by,
  channelGroup,
  emptyGroup,
  type FabricMsp,
  identifier,
  implicit,
  named,
  nodeUnits,
  organisationGroup,
  outOf,
  type Rule,
  roleOf,
  setPolicy,
  signatures,
  unitOf,
  unknownPolicy,
} from './fixtures/groups.ts';
import { makeMember, NOW, renewed, revocationList, subordinate } from './fixtures/member.ts';
import { satisfiesPolicy } from './policy.ts';
import { signersOf } from './signers.ts';

const [hengyuan, qichuan, zhengheng] = await Promise.all(['hengyuan', 'qichuan', 'zhengheng'].map(makeMember));
if (!hengyuan || !qichuan || !zhengheng) throw new Error('three members');
const members = [hengyuan, qichuan, zhengheng];
const message = Uint8Array.of(1, 2, 3);
const PATH = '/Channel/Application/Tested';

type AnyPolicy = ReturnType<typeof implicit>;
type Changes = Readonly<Record<string, (msp: FabricMsp) => void>>;

const channelWith = (policy: AnyPolicy, changes: Changes = {}) => {
  const group = channelGroup(members);
  const application = group.getGroupsMap().get('Application') ?? emptyGroup();
  for (const member of members)
    application.getGroupsMap().set(member.name, organisationGroup(member, changes[member.name]));
  setPolicy(application, 'Tested', policy);
  const config = new configtx.Config();
  config.setChannelGroup(group);
  const { application: organisations } = decodeConfig('anlian', config.serializeBinary(), 'invalid_input');
  return { elements: elementsOf(group), msps: new Map(organisations.map((one) => [one.mspId, one])) };
};

const signed = async (identity: LedgerIdentity, over: Uint8Array = message) => {
  const bytes = encodeIdentity(identity);
  return { identity: bytes, message, signature: await identity.sign(over) };
};

const satisfied = async (policy: AnyPolicy, by: readonly LedgerIdentity[], changes?: Changes): Promise<boolean> => {
  const { elements, msps } = channelWith(policy, changes);
  return satisfiesPolicy(elements, PATH, await signersOf(await Promise.all(by.map((one) => signed(one))), msps, CHECK));
};

const admins = members.map(({ mspId }) => roleOf(mspId, 'admin'));
const [all0, all1, all2] = [by(0), by(1), by(2)];
const nested = outOf(2, [outOf(1, [all0, all1]), all2]);
const deep = (levels: number): Rule => (levels === 0 ? all0 : outOf(1, [deep(levels - 1)]));
const second = await hengyuan.issue(['admin']);
const both = await hengyuan.issue(['admin', 'client']);
const none = await hengyuan.issue([]);
const again = await renewed(hengyuan, hengyuan.admin);
const twoAdmins = signatures(outOf(2, [all0, all0]), admins);
const anyAdmin = signatures(outOf(1, [all0]), admins);

describe('a policy of signatures', () => {
  it.each<[string, AnyPolicy, readonly LedgerIdentity[], boolean]>([
    ['one of three, by one', signatures(outOf(1, [all0, all1, all2]), admins), [qichuan.admin], true],
    ['two of three, by one', signatures(outOf(2, [all0, all1, all2]), admins), [qichuan.admin], false],
    ['two of three, by two', signatures(outOf(2, [all0, all1, all2]), admins), [zhengheng.admin, qichuan.admin], true],
    [
      'two of three, by one twice',
      signatures(outOf(2, [all0, all1, all2]), admins),
      [qichuan.admin, qichuan.admin],
      false,
    ],
    ['two of the same role, by one', signatures(outOf(2, [all0, all0]), admins), [hengyuan.admin], false],
    ['two of the same role, by one who signs twice', twoAdmins, [hengyuan.admin, hengyuan.admin], false],
    ['two of the same role, by one with two certificates', twoAdmins, [hengyuan.admin, again], false],
    ['one of a role, by the second certificate', anyAdmin, [again], true],
    ['two of the same role, by two people', signatures(outOf(2, [all0, all0]), admins), [hengyuan.admin, second], true],
    ['rules within rules, by the right ones', signatures(nested, admins), [qichuan.admin, zhengheng.admin], true],
    ['rules within rules, by the wrong ones', signatures(nested, admins), [hengyuan.admin, qichuan.admin], false],
    ['one without a count', signatures(all1, admins), [qichuan.admin], true],
    ['none of one', signatures(outOf(0, [all0]), admins), [], false],
    ['none of one, by one', signatures(outOf(0, [all0]), admins), [hengyuan.admin], false],
    ['fewer than none', signatures(outOf(-1, [all0]), admins), [hengyuan.admin], false],
    ['more than there are', signatures(outOf(2, [all0]), admins), [hengyuan.admin, second], false],
    ['somebody not in its list', signatures(by(7), admins), [hengyuan.admin], false],
    ['somebody before its list', signatures(by(-1), admins), [hengyuan.admin], false],
    ['rules without end', signatures(deep(40), admins), [hengyuan.admin], false],
    ['more rules than anybody writes', signatures(outOf(1, Array(1_001).fill(all0)), admins), [hengyuan.admin], false],
    ['some rules deep', signatures(deep(10), admins), [hengyuan.admin], true],
    ['a version not known', signatures(all0, admins, 1), [hengyuan.admin], false],
    ['a member', signatures(all0, [roleOf(hengyuan.mspId, 'member')]), [hengyuan.peer], true],
    ['a member of another', signatures(all0, [roleOf(hengyuan.mspId, 'member')]), [qichuan.peer], false],
    ['a client', signatures(all0, [roleOf(hengyuan.mspId, 'client')]), [hengyuan.client], true],
    ['a client, by a peer', signatures(all0, [roleOf(hengyuan.mspId, 'client')]), [hengyuan.peer], false],
    ['a peer', signatures(all0, [roleOf(hengyuan.mspId, 'peer')]), [hengyuan.peer], true],
    ['an orderer', signatures(all0, [roleOf(hengyuan.mspId, 'orderer')]), [hengyuan.orderer], true],
    ['an administrator, by an orderer', anyAdmin, [hengyuan.orderer], false],
    ['an administrator, by somebody with two roles', anyAdmin, [both], false],
    ['a member, by somebody with two roles', signatures(all0, [roleOf(hengyuan.mspId, 'member')]), [both], false],
    ['a member, by somebody with no role', signatures(all0, [roleOf(hengyuan.mspId, 'member')]), [none], false],
    ['this very one', signatures(all0, [named(hengyuan.peer)]), [hengyuan.peer], true],
    ['this very one, by another of its kind', signatures(all0, [named(hengyuan.admin)]), [second], false],
    ['a unit, which is not known here', signatures(all0, [unitOf()]), [hengyuan.admin], false],
    ['of a kind not known', unknownPolicy(), [hengyuan.admin, qichuan.admin, zhengheng.admin], false],
  ])('%s', async (_, policy, signers, expected) => {
    expect(await satisfied(policy, signers)).toBe(expected);
  });

  it('counts a signature only over what was to be signed, of low S, by one on the channel', async () => {
    const { elements, msps } = channelWith(anyAdmin);
    const judge = async (...of: Parameters<typeof signersOf>[0]) =>
      satisfiesPolicy(elements, PATH, await signersOf(of, msps, CHECK));
    const right = await signed(hengyuan.admin);
    const stranger = await makeMember('stranger');
    const asHengyuan = { ...stranger.admin, mspId: hengyuan.mspId };
    expect(await judge(right)).toBe(true);
    expect(await judge(await signed(hengyuan.admin, concatBytes(message, message)))).toBe(false);
    expect(await judge({ ...right, signature: new Uint8Array() })).toBe(false);
    expect(await judge({ ...right, signature: highS(right.signature) })).toBe(false);
    expect(await judge({ ...right, identity: new Uint8Array(5) })).toBe(false);
    expect(await judge(await signed(stranger.admin))).toBe(false);
    expect(await judge(await signed(asHengyuan))).toBe(false);
    expect(await judge(await signed(asHengyuan), right)).toBe(true);
  });
});

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The other form of a signature, which anybody can make: r and n - s. */
const highS = (der: Uint8Array): Uint8Array => {
  const rEnd = 4 + (der[3] ?? 0);
  const s = BigInt(`0x${Buffer.from(der.subarray(rEnd + 2)).toString('hex')}`);
  const other = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex');
  const body = concatBytes(der.subarray(2, rEnd), Uint8Array.of(2, 33, 0), other);
  return concatBytes(Uint8Array.of(0x30, body.length), body);
};

describe('a policy that counts groups', () => {
  const three = members.map(({ admin }) => admin);
  const [one, two] = [three.slice(0, 1), three.slice(0, 2)];
  it.each<[string, AnyPolicy, readonly LedgerIdentity[], boolean]>([
    ['any, by none', implicit('ANY', 'Admins'), [], false],
    ['any, by one', implicit('ANY', 'Admins'), one, true],
    ['a majority of three, by one', implicit('MAJORITY', 'Admins'), one, false],
    ['a majority of three, by two', implicit('MAJORITY', 'Admins'), two, true],
    ['a majority of three, by two of one', implicit('MAJORITY', 'Admins'), [hengyuan.admin, second], false],
    ['all, by two', implicit('ALL', 'Admins'), two, false],
    ['all, by three', implicit('ALL', 'Admins'), three, true],
    ['a policy that no group has', implicit('ANY', 'Nobodys'), three, false],
  ])('%s', async (_, policy, signers, expected) => {
    expect(await satisfied(policy, signers)).toBe(expected);
  });

  it('is satisfied by nobody where there is no group', () => {
    const group = emptyGroup();
    for (const rule of ['ANY', 'ALL', 'MAJORITY'] as const) setPolicy(group, rule, implicit(rule, 'Admins'));
    const elements = elementsOf(group);
    for (const rule of ['ANY', 'ALL', 'MAJORITY'])
      expect(satisfiesPolicy(elements, `/Channel/${rule}`, [])).toBe(false);
  });

  it('a policy that is not there nobody satisfies', async () => {
    const { elements, msps } = channelWith(anyAdmin);
    const signers = await signersOf([await signed(hengyuan.admin)], msps, CHECK);
    for (const path of ['/Channel/Application/None', '', '/', 'Tested', '/Channel/Tested'])
      expect(satisfiesPolicy(elements, path, signers)).toBe(false);
  });
});

describe('an administrator counts', () => {
  const judge = (signer: LedgerIdentity, change: (msp: FabricMsp) => void) =>
    satisfied(anyAdmin, [signer], { hengyuan: change });
  const bytes = (pem: string) => new Uint8Array(Buffer.from(pem));
  const free = (msp: FabricMsp) => msp.setFabricNodeOus(undefined);
  const intermediates =
    (...pems: readonly string[]) =>
    (msp: FabricMsp): void => {
      msp.setIntermediateCertsList(pems.map(bytes));
      msp.setFabricNodeOus(nodeUnits());
    };

  it('through an intermediate authority, and through no other', async () => {
    const below = await subordinate(hengyuan.ca, 'below');
    const lowest = await subordinate(below, 'lowest');
    const admin = await hengyuan.issue(['admin'], { ca: below });
    const low = await hengyuan.issue(['admin'], { ca: lowest });
    expect(await judge(admin, intermediates(below.certPem))).toBe(true);
    expect(await judge(low, intermediates(lowest.certPem, below.certPem))).toBe(true);
    expect(await judge(low, intermediates(lowest.certPem))).toBe(false);
    expect(await judge(low, intermediates(below.certPem))).toBe(false);
    expect(await judge(admin, intermediates())).toBe(false);
    // As in Fabric, an authority with others below it issues nothing else.
    expect(await judge(hengyuan.admin, intermediates(below.certPem))).toBe(false);
    expect(await judge(hengyuan.admin, intermediates())).toBe(true);
  });

  it.each<[string, Parameters<typeof subordinate>[2], boolean]>([
    ['an authority', {}, true],
    ['not marked as an authority', { isAuthority: false }, false],
    ['marked as one that signs no certificates', { usages: 1 }, false],
    ['that had expired when it issued', { notAfter: new Date(NOW.getTime() - 400_000) }, false],
  ])('below an intermediate certificate only when it is %s', async (_, how, expected) => {
    const below = await subordinate(hengyuan.ca, 'below', how);
    const admin = await hengyuan.issue(['admin'], { ca: below });
    expect(await judge(admin, intermediates(below.certPem))).toBe(expected);
  });

  it('below no deeper chain than its authority allows', async () => {
    const narrow = await subordinate(hengyuan.ca, 'narrow', { pathLength: 0 });
    const below = await subordinate(narrow, 'below');
    const admin = await hengyuan.issue(['admin'], { ca: below });
    expect(await judge(admin, intermediates(narrow.certPem, below.certPem))).toBe(false);
    const direct = await hengyuan.issue(['admin'], { ca: narrow });
    expect(await judge(direct, intermediates(narrow.certPem))).toBe(true);
  });

  it('unless its authority has revoked it', async () => {
    const revoked = (lists: readonly Uint8Array[]) => (msp: FabricMsp) => msp.setRevocationListList([...lists]);
    const own = await revocationList(hengyuan.ca, [hengyuan.admin.certPem]);
    const others = await revocationList(hengyuan.ca, [second.certPem]);
    const forged = await revocationList(hengyuan.ca, [hengyuan.admin.certPem], { signer: qichuan.ca });
    const dated = await revocationList(hengyuan.ca, [hengyuan.admin.certPem], { nextUpdate: new Date(0) });
    const empty = await revocationList(hengyuan.ca, []);
    const pem = bytes(new X509Crl(own).toString('pem'));
    const foreign = await revocationList(qichuan.ca, [hengyuan.admin.certPem]);
    expect(await judge(hengyuan.admin, revoked([]))).toBe(true);
    expect(await judge(hengyuan.admin, revoked([own]))).toBe(false);
    expect(await judge(hengyuan.admin, revoked([others, own]))).toBe(false);
    expect(await judge(hengyuan.admin, revoked([others]))).toBe(true);
    expect(await judge(hengyuan.admin, revoked([forged, foreign]))).toBe(true);
    expect(await judge(hengyuan.admin, revoked([dated]))).toBe(false);
    expect(await judge(hengyuan.admin, revoked([pem]))).toBe(false);
    expect(await judge(hengyuan.admin, revoked([empty]))).toBe(true);
    for (const unreadable of [[], [1, 2], [0x30, 0], [0x30, 0x84, 255, 255, 255, 255]])
      expect(await judge(hengyuan.admin, revoked([Uint8Array.from(unreadable)]))).toBe(false);
  });

  it('below a revoked authority not at all', async () => {
    const below = await subordinate(hengyuan.ca, 'below');
    const admin = await hengyuan.issue(['admin'], { ca: below });
    const list = await revocationList(hengyuan.ca, [below.certPem]);
    const withList = (msp: FabricMsp) => {
      intermediates(below.certPem)(msp);
      msp.setRevocationListList([list]);
    };
    expect(await judge(admin, withList)).toBe(false);
  });

  it('although its certificate has expired since, as Fabric counts it', async () => {
    const old = await hengyuan.issue(['admin'], { now: new Date(NOW.getTime() + 10_000_000), lifetimeMs: 1 });
    expect(await judge(old, () => undefined)).toBe(true);
  });

  it('by the unit that its MSP calls so, under the authority that it names', async () => {
    const own = (unit: string, certPem?: string) => (msp: FabricMsp) =>
      msp.getFabricNodeOus()?.setAdminOuIdentifier(identifier(unit, certPem)) as never;
    expect(await judge(hengyuan.admin, own('admin'))).toBe(true);
    expect(await judge(hengyuan.admin, own('boss'))).toBe(false);
    expect(await judge(hengyuan.client, own('client'))).toBe(false);
    expect(await judge(hengyuan.admin, own('admin', qichuan.ca.certPem))).toBe(false);
    expect(await judge(hengyuan.admin, own('admin', hengyuan.ca.certPem))).toBe(true);
    const anyMember = signatures(all0, [roleOf(hengyuan.mspId, 'member')]);
    const foreign = { hengyuan: own('admin', qichuan.ca.certPem) };
    expect(await satisfied(anyMember, [hengyuan.admin], foreign)).toBe(false);
    expect(await satisfied(anyMember, [hengyuan.client], foreign)).toBe(true);
  });

  it('with a unit that its MSP asks for', async () => {
    const asks = (unit: string, certPem: string) => (msp: FabricMsp) =>
      msp.setOrganizationalUnitIdentifiersList([identifier(unit, certPem)]);
    expect(await judge(hengyuan.admin, asks('admin', hengyuan.ca.certPem))).toBe(true);
    expect(await judge(hengyuan.admin, asks('safety', hengyuan.ca.certPem))).toBe(false);
    expect(await judge(hengyuan.admin, asks('admin', qichuan.ca.certPem))).toBe(false);
  });

  it('where roles are not told apart, only when it is listed', async () => {
    const listed = (msp: FabricMsp) => {
      free(msp);
      msp.setAdminsList([bytes(hengyuan.client.certPem)]);
    };
    expect(await judge(hengyuan.admin, free)).toBe(false);
    expect(await judge(hengyuan.admin, listed)).toBe(false);
    expect(await judge(hengyuan.client, listed)).toBe(true);
  });
});
