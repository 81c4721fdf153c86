import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { importP256Spki, verifyEs256Der } from '@anlian/chaincode/crypto';
import { describe, expect, it } from 'vitest';
import { readMspCertificate } from './codec/certificate.ts';
import { decodeIdentity, encodeIdentity } from './codec/identity.ts';
import { signerOf } from './identity.ts';
import { createMsp } from './msp.ts';

const now = new Date('2026-11-22T00:00:00.000Z');
const make = (roles?: Parameters<typeof createMsp>[0]['roles']) =>
  createMsp({
    mspId: 'hengyuanMSP',
    organisation: '恒远化工',
    crypto: globalThis.crypto,
    now,
    ...(roles && { roles }),
  });

describe('a member’s MSP', () => {
  it('signs DER of low S every time, which its certificate verifies', async () => {
    const { certPem, keyPem } = await make();
    const sign = signerOf(keyPem);
    const key = await importP256Spki(new X509Certificate(certPem).publicKey.export({ format: 'der', type: 'spki' }));
    for (let round = 0; round < 64; round++) {
      const message = Uint8Array.of(round);
      const signature = await sign(message);
      expect(await verifyEs256Der(key, message, signature, { lowS: true })).toBe(true);
      expect(await verifyEs256Der(key, Uint8Array.of(round, 0), signature, { lowS: true })).toBe(false);
    }
  });

  it('has certificates that OpenSSL reads as a chain, with Fabric’s node OUs', async () => {
    const { caCertPem, certPem } = await make(['peer', 'orderer']);
    const [root, certificate] = [new X509Certificate(caCertPem), new X509Certificate(certPem)];
    expect(root.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(root)).toBe(true);
    expect(certificate.verify(root.publicKey)).toBe(true);
    expect(certificate.subject).toContain('OU=peer');
    expect(certificate.subject).toContain('OU=orderer');
    expect(await readMspCertificate(certPem, [caCertPem])).toMatchObject({
      roles: ['peer', 'orderer'],
      notBeforeMs: now.getTime() - 300_000,
    });
  });

  it.each<[string, () => Promise<[string, string[]]>, string]>([
    ['another root', async () => [(await make()).certPem, [(await make()).caCertPem]], 'not_issued_by_root'],
    ['no root', async () => [(await make()).certPem, []], 'not_issued_by_root'],
    [
      'an end-entity certificate as root',
      async () => [(await make()).certPem, [(await make()).certPem]],
      'not_issued_by_root',
    ],
    [
      'the authority’s own certificate',
      async () => make().then(({ caCertPem }) => [caCertPem, [caCertPem]]),
      'is_authority',
    ],
    [
      'no certificate at all',
      async () => ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', []],
      'unreadable',
    ],
    ['nothing', async () => ['', []], 'unreadable'],
  ])('does not count with %s', async (_, given, fault) => {
    expect(await readMspCertificate(...(await given()))).toBe(fault);
  });

  it('takes P-256 keys only', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(() => signerOf(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())).toThrow(TypeError);
  });

  it('names itself in one encoding, and any other is refused', () => {
    const bytes = encodeIdentity({ mspId: 'hengyuanMSP', certPem: 'PEM' });
    expect(decodeIdentity(bytes, 'invalid_input')).toEqual({ mspId: 'hengyuanMSP', certPem: 'PEM' });
    const hostile = [
      bytes.subarray(0, -1),
      Uint8Array.of(...bytes, 0),
      Uint8Array.of(...bytes, 0x1a, 0x00),
      Uint8Array.of(...bytes, ...bytes),
    ];
    for (const other of hostile)
      expect(() => decodeIdentity(other, 'invalid_input')).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });
});
