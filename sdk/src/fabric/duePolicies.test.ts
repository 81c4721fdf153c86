import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  concatBytes,
  encodeIdentity,
  encodeSignatureHeader,
  issueCertificate,
  type LedgerIdentity,
  messages,
  NONCE_BYTES,
  signerOf,
  utf8,
} from '../ledger/index.ts';
import {
  by,
  type FabricMsp,
  identifier,
  implicit,
  named,
  outOf,
  roleOf,
  setPolicy,
  signatures,
} from '../verify/config/fixtures/groups.ts';
import { NOW, revocationList } from '../verify/config/fixtures/member.ts';
import { type TestOrganisation, testChannel, testOrganisation } from './channel.fixture.ts';
import type { Group } from './messages.ts';
import {
  type CheckedUpdate,
  checkUpdate,
  describeSignatory,
  isSignedEnough,
  makeUpdate,
  missingSigners,
  requireSignatures,
  signUpdate,
} from './update.ts';

const organisations = await Promise.all(['hengyuan', 'qichuan', 'zhengheng', 'tongzhou'].map(testOrganisation));
const [a, b, c, newcomer] = organisations as [TestOrganisation, TestOrganisation, TestOrganisation, TestOrganisation];
const random = (length: number) => new Uint8Array(randomBytes(length));

const issue = async ({ ca, organisation: { name, mspId } }: TestOrganisation, role: 'admin' | 'client') => {
  const subject = { commonName: `second.${name}`, organisation: name };
  const sources = { crypto: globalThis.crypto, now: NOW };
  const { certPem, keyPem } = await issueCertificate(ca, subject, { roles: [role] }, sources);
  return { mspId, certPem, sign: signerOf(keyPem) };
};
const secondAdmin = await issue(a, 'admin');

const section = (tree: Group, name: string): Group => tree.getGroupsMap().get(name) as Group;
const application = (tree: Group): Group => section(tree, 'Application');

/** Changes a member's MSP wherever the channel defines it. */
const msp =
  ({ organisation: { name } }: TestOrganisation, change: (msp: FabricMsp) => void) =>
  (tree: Group): void => {
    for (const part of ['Application', 'Orderer']) {
      const value = section(tree, part).getGroupsMap().get(name)?.getValuesMap().get('MSP');
      if (!value) continue;
      const { MSPConfig, FabricMSPConfig } = messages.mspConfig;
      const config = MSPConfig.deserializeBinary(value.getValue_asU8());
      const fabric = FabricMSPConfig.deserializeBinary(config.getConfig_asU8());
      change(fabric);
      config.setConfig(fabric.serializeBinary());
      value.setValue(config.serializeBinary());
    }
  };
const admins =
  (policy: ReturnType<typeof implicit>) =>
  (tree: Group): void =>
    setPolicy(application(tree), 'Admins', policy);
const guard =
  (name: string) =>
  (tree: Group): void => {
    application(tree).setModPolicy(name);
  };

const channelWith = (change: (tree: Group) => void = () => undefined, capability = 'V2_0') =>
  testChannel([a, b, c], [a], { change, capability });

const drawnUp = async (change?: (tree: Group) => void): Promise<CheckedUpdate> => {
  const present = await channelWith(change);
  return checkUpdate(makeUpdate(present, { kind: 'add', organisation: newcomer.organisation }), present);
};

const signed = async (
  change: ((tree: Group) => void) | undefined,
  by: readonly LedgerIdentity[],
): Promise<CheckedUpdate> => {
  let update = await drawnUp(change);
  for (const identity of by) update = await signUpdate(update, identity, random);
  return update;
};

const ids = [a, b, c].map(({ organisation }) => organisation.mspId);
const adminOf = ids.map((mspId) => roleOf(mspId, 'admin'));
const anyTwoNamed = signatures(outOf(2, [by(0), by(1), by(2)]), [named(a.admin), named(b.admin), named(c.admin)]);
const withoutUnits = msp(b, (own) => own.setFabricNodeOus(undefined));
const listed = msp(b, (own) => {
  own.setFabricNodeOus(undefined);
  own.setAdminsList([utf8(b.client.certPem)]);
});
const otherUnits = msp(b, (own) => {
  own.getFabricNodeOus()?.setAdminOuIdentifier(identifier('client'));
  own.getFabricNodeOus()?.setClientOuIdentifier(identifier('staff'));
});
const qichuanAlone = signatures(outOf(1, [by(0)]), [roleOf('qichuanMSP', 'client')]);
const both = signatures(outOf(2, [by(0), outOf(1, [by(1), by(2)])]), adminOf);

const MANY = ['hengyuan (hengyuanMSP)', 'qichuan (qichuanMSP)', 'zhengheng (zhenghengMSP)'];
const WITHOUT_A = MANY.slice(1);

describe('an update is signed enough, and who could still sign, as the channel itself says', () => {
  it.each<[string, ((tree: Group) => void) | undefined, readonly LedgerIdentity[], readonly string[]]>([
    ['a majority of three, by one', undefined, [a.admin], WITHOUT_A],
    ['a majority of three, by two', undefined, [a.admin, c.admin], []],
    ['a majority of three, by two people of one', undefined, [a.admin, secondAdmin], WITHOUT_A],
    ['any of three, by nobody', admins(implicit('ANY', 'Admins')), [], MANY],
    ['any of three, by one', admins(implicit('ANY', 'Admins')), [c.admin], []],
    ['all of three, by two', admins(implicit('ALL', 'Admins')), [a.admin, b.admin], ['zhengheng (zhenghengMSP)']],
    ['all of three, by three', admins(implicit('ALL', 'Admins')), [a.admin, b.admin, c.admin], []],
    [
      'two who are named, by one',
      admins(anyTwoNamed),
      [b.admin],
      ['hengyuan (hengyuanMSP, CN=admin.hengyuan', 'zhengheng (zhenghengMSP, CN=admin.zhengheng'],
    ],
    ['two who are named, by two', admins(anyTwoNamed), [b.admin, c.admin], []],
    ['one and either of two others, by the others', admins(both), [b.admin, c.admin], ['hengyuan (hengyuanMSP)']],
    ['one and either of two others, by the one', admins(both), [a.admin], WITHOUT_A],
    ['one and either of two others, by the one and another', admins(both), [a.admin, c.admin], []],
    [
      'two people of one member, by one',
      admins(signatures(outOf(2, [by(0), by(0)]), adminOf)),
      [a.admin],
      MANY.slice(0, 1),
    ],
    [
      'two people of one member, by two',
      admins(signatures(outOf(2, [by(0), by(0)]), adminOf)),
      [a.admin, secondAdmin],
      [],
    ],
    ['a client of one member, by nobody', admins(qichuanAlone), [], ['qichuan (qichuanMSP, client)']],
    ['a client of one member, by it', admins(qichuanAlone), [b.client], []],
    ['a member without units, by its listed client', listed, [a.admin, b.client], []],
    ['a member without units, by another member', withoutUnits, [a.admin, c.admin], []],
    ['a member who calls its administrators otherwise', otherUnits, [a.admin, b.client], []],
    ['a policy of another group', guard('/Channel/Orderer/Admins'), [], MANY.slice(0, 1)],
    ['a policy of another group, by whom it names', guard('/Channel/Orderer/Admins'), [a.admin], []],
  ])('%s', async (_, change, signers, missing) => {
    const update = await signed(change, signers);
    const told = missingSigners(update).map(describeSignatory);
    expect(told).toHaveLength(missing.length);
    for (const [at, name] of missing.entries()) expect(told[at]).toContain(name);
    expect(isSignedEnough(update)).toBe(missing.length === 0);
    if (missing.length === 0) requireSignatures(update);
    else
      expect(() => requireSignatures(update)).toThrow(expect.objectContaining({ code: 'fabric_signatures_missing' }));
  });

  it.each([
    ['is not there', guard('Nobody')],
    ['lies outside the channel', guard('/Other/Admins')],
    ['asks for nobody', admins(signatures(outOf(0, [by(0)]), adminOf))],
    ['asks for more than it lists', admins(signatures(outOf(4, []), adminOf))],
    ['is of a version not known', admins(signatures(by(0), adminOf, 1))],
  ])('is never where the policy %s, and nobody is asked', async (_, change) => {
    const update = await drawnUp(change);
    expect([isSignedEnough(update), missingSigners(update)]).toEqual([false, []]);
    await expect(signUpdate(update, a.admin, random)).rejects.toMatchObject({ code: 'fabric_signer_not_admin' });
    expect(() => requireSignatures(update)).toThrow(expect.objectContaining({ code: 'fabric_signatures_missing' }));
  });
});

const signedAnyhow = async ({ bytes }: CheckedUpdate, identity: LedgerIdentity) => {
  const header = encodeSignatureHeader(encodeIdentity(identity), random(NONCE_BYTES));
  return { header, signature: await identity.sign(concatBytes(header, bytes)) };
};
const revokedList = await revocationList(b.ca, [b.admin.certPem]);
const revoked = msp(b, (own) => own.setRevocationListList([revokedList]));

describe('a signature that the channel would not count is neither given nor taken', () => {
  it.each<[string, ((tree: Group) => void) | undefined, LedgerIdentity]>([
    ['of a client', undefined, a.client],
    ['of somebody who is not on the channel', undefined, newcomer.admin],
    ['under the name of another member', undefined, { ...newcomer.admin, mspId: 'qichuanMSP' }],
    ['of an administrator by unit alone, where units mean nothing', withoutUnits, b.admin],
    ['of an administrator who is not listed', listed, b.admin],
    ['of an administrator whose unit has another meaning', otherUnits, b.admin],
    ['of an administrator who was revoked', revoked, b.admin],
    ['of an administrator who is not named', admins(anyTwoNamed), secondAdmin],
    ['of an administrator where a client is asked for', admins(qichuanAlone), b.admin],
    ['of an administrator of another group', guard('/Channel/Orderer/Admins'), b.admin],
  ])('%s', async (_, change, identity) => {
    const update = await drawnUp(change);
    await expect(signUpdate(update, identity, random)).rejects.toMatchObject({ code: 'fabric_signer_not_admin' });
    const bytes = await signedAnyhow(update, identity);
    const present = await channelWith(change);
    await expect(checkUpdate({ ...update, signatures: [bytes] }, present)).rejects.toMatchObject({
      code: 'fabric_update_foreign',
    });
  });
});

describe('nobody is told who must sign', () => {
  it.each(['V1_3', 'V9'])('under capabilities %s, whose rules are not known here', async (capability) => {
    const present = await channelWith(undefined, capability);
    const update = makeUpdate(present, { kind: 'add', organisation: newcomer.organisation });
    await expect(checkUpdate(update, present)).rejects.toMatchObject({ code: 'fabric_rules_unknown' });
  });

  it('where one MSP is defined twice, and not alike', async () => {
    const present = await channelWith((tree) => {
      const other = section(tree, 'Orderer').getGroupsMap().get('hengyuan') as Group;
      const theirs = application(tree).getGroupsMap().get('qichuan')?.getValuesMap().get('MSP');
      const config = messages.mspConfig.MSPConfig.deserializeBinary(theirs?.getValue_asU8() ?? new Uint8Array());
      const fabric = messages.mspConfig.FabricMSPConfig.deserializeBinary(config.getConfig_asU8());
      fabric.setName('hengyuanMSP');
      config.setConfig(fabric.serializeBinary());
      other.getValuesMap().get('MSP')?.setValue(config.serializeBinary());
    });
    const update = makeUpdate(present, { kind: 'add', organisation: newcomer.organisation });
    await expect(checkUpdate(update, present)).rejects.toMatchObject({ code: 'ledger_corrupt' });
  });
});
