import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { fromBase64Url, toBase64Url } from '@anlian/contracts';
import { X509Crl } from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ChannelConfiguration, readRevocationList, utf8 } from '../ledger/index.ts';
import { revocationList } from '../verify/config/fixtures/member.ts';
import { applyChange } from './change.ts';
import { type TestOrganisation, testChannel, testOrganisation } from './channel.fixture.ts';
import { listDer, Revocation, requireOwnList, revokedBy } from './revoke.ts';
import { checkUpdate, isInEffect, isSignedEnough, makeUpdate, missingSigners, signUpdate } from './update.ts';
import { readUpdate, writeUpdate } from './updateFile.ts';

let [a, b]: TestOrganisation[] = [];
let channel: ChannelConfiguration;
const random = (length: number) => new Uint8Array(randomBytes(length));
const of = (one: TestOrganisation | undefined): TestOrganisation => one as TestOrganisation;

/** `by` takes these certificates back. */
const revoking = async (by: TestOrganisation, ...pems: readonly string[]) => ({
  kind: 'revoke' as const,
  mspId: by.organisation.mspId,
  list: toBase64Url(await revocationList(by.ca, pems)),
});
const listsOf = ({ application, orderers }: ChannelConfiguration, { organisation }: TestOrganisation) =>
  [...application, ...orderers]
    .filter(({ mspId }) => mspId === organisation.mspId)
    .map(({ revocationLists }) => revocationLists.map(toBase64Url));

beforeAll(async () => {
  [a, b] = await Promise.all(['hengyuan', 'qichuan'].map(testOrganisation));
  channel = await testChannel([of(a), of(b)], [of(a)]);
});

describe('the revocation of a member’s certificates', () => {
  it('puts the list into its MSP, of one that orders into both of its definitions, and touches nobody else’s', async () => {
    const [ordering, other] = [
      await revoking(of(a), of(a).client.certPem),
      await revoking(of(b), of(b).client.certPem),
    ];
    const both = applyChange(applyChange(channel, ordering).configuration, other).configuration;
    expect(listsOf(both, of(a))).toEqual([[ordering.list], [ordering.list]]);
    expect(listsOf(both, of(b))).toEqual([[other.list]]);
  });

  it('takes the place of the authority’s older list', async () => {
    const older = await revoking(of(b), of(b).client.certPem);
    const newer = await revoking(of(b), of(b).client.certPem, of(b).admin.certPem);
    const after = applyChange(applyChange(channel, older).configuration, newer).configuration;
    expect(listsOf(after, of(b))).toEqual([[newer.list]]);
    expect([isInEffect(after, newer), isInEffect(after, older), isInEffect(channel, newer)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('takes the signature of its own administrator and of nobody else, and travels as a file', async () => {
    const change = await revoking(of(a), of(a).client.certPem);
    const update = await checkUpdate(makeUpdate(channel, change), channel);
    expect(update.policies.map(({ path }) => path).sort()).toEqual([
      '/Channel/Application/hengyuan/Admins',
      '/Channel/Orderer/hengyuan/Admins',
    ]);
    expect(missingSigners(update).map(({ mspId }) => mspId)).toEqual(['hengyuanMSP']);
    await expect(signUpdate(update, of(b).admin, random)).rejects.toMatchObject({ code: 'fabric_signer_not_admin' });
    const signed = await signUpdate(update, of(a).admin, random);
    expect(isSignedEnough(signed)).toBe(true);
    expect(isSignedEnough(await checkUpdate(readUpdate(writeUpdate(signed)), channel))).toBe(true);
  });

  it('says which certificates it is of, by serial number', async () => {
    const change = await revoking(of(a), of(a).client.certPem, of(a).admin.certPem);
    const { issuer, serials } = revokedBy(change);
    expect(issuer).toContain('ca.hengyuan');
    expect(serials).toEqual(
      [...(readRevocationList(fromBase64Url(change.list))?.serials ?? [])].map((serial) => serial.toString(16)),
    );
    expect(serials).toHaveLength(2);
  });

  it.each<[string, () => Promise<string>]>([
    ['another member’s authority', async () => (await revoking(of(b), of(a).client.certPem)).list],
    [
      'somebody under its authority’s name',
      async () => toBase64Url(await revocationList(of(a).ca, [], { signer: of(b).ca })),
    ],
  ])('is refused of a list that %s signed', async (_, list) => {
    const change = { kind: 'revoke', mspId: 'hengyuanMSP', list: await list() } as const;
    await expect(requireOwnList(channel, change)).rejects.toMatchObject({ code: 'invalid_input', field: 'FILE' });
    await requireOwnList(channel, await revoking(of(a)));
  });

  it.each<[string, (list: Buffer) => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['something else', () => Buffer.from(of(a).ca.certPem)],
    ['a list as PEM', (list) => Buffer.from(new X509Crl(list).toString('pem'))],
    ['a list with words in front', (list) => Buffer.concat([Buffer.from('words'), list])],
    ['a list with words behind', (list) => Buffer.concat([list, Buffer.from('words')])],
    ['two lists', (list) => Buffer.concat([list, list])],
  ])('is of %s in no update', async (_, spell) => {
    const change = await revoking(of(a), of(a).client.certPem);
    expect(Revocation.safeParse(change).success).toBe(true);
    const list = toBase64Url(spell(Buffer.from(change.list, 'base64url')));
    expect(Revocation.safeParse({ ...change, list }).success).toBe(false);
  });

  it('is taken from a file as PEM or DER, and goes into the configuration as DER', async () => {
    const der = await revocationList(of(a).ca, [of(a).client.certPem]);
    const pem = new X509Crl(Uint8Array.from(der)).toString('pem');
    for (const given of [der, utf8(pem), utf8(pem.replaceAll(' CRL-', ' X509 CRL-')), utf8(`${pem}\n`)])
      expect(listDer(given)).toEqual(der);
    expect(listDer(utf8(of(a).ca.certPem))).toBeUndefined();
  });

  it('of a member that is not on the channel is refused', async () => {
    const change = { ...(await revoking(of(a))), mspId: 'tongzhouMSP' };
    expect(() => makeUpdate(channel, change)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
