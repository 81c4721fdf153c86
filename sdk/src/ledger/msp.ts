import 'reflect-metadata';
import { toHex } from '@anlian/contracts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  PemConverter,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { NodeRole } from './codec/certificate.ts';

/** A member's certificate authority and one identity it issued, as PEM: certificates, and keys in PKCS#8. */
export interface MspMaterial {
  readonly caCertPem: string;
  readonly caKeyPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

export interface MspOptions {
  readonly mspId: string;
  /** The organisation's name in the certificates. */
  readonly organisation: string;
  /**
   * What the identity is, as organisational units. Fabric allows one for each certificate; the operator of an embedded
   * ledger is its only peer and its only orderer and holds both.
   */
  readonly roles?: readonly NodeRole[];
  /** Source of keys and serial numbers. */
  readonly crypto: typeof globalThis.crypto;
  readonly now: Date;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_LIFETIME_MS = 15 * 365 * DAY_MS;
const IDENTITY_LIFETIME_MS = 3 * 365 * DAY_MS;
/** A certificate counts from a little before it was made, since the members' clocks differ. */
const BACKDATED_MS = 5 * 60_000;

/** A positive serial number of 16 bytes (RFC 5280, section 4.1.2.2). */
const serialNumber = (crypto: MspOptions['crypto']): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return toHex(bytes);
};

const validity = (now: Date, lifetimeMs: number) => ({
  notBefore: new Date(now.getTime() - BACKDATED_MS),
  notAfter: new Date(now.getTime() + lifetimeMs),
});

const exportKey = async (
  crypto: MspOptions['crypto'],
  key: Parameters<typeof crypto.subtle.exportKey>[1],
): Promise<string> => PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

type Names = ConstructorParameters<typeof Name>[0];

/** Makes a certificate authority of a member's own and an identity under it, with Fabric's node OUs. */
export const createMsp = async ({
  mspId,
  organisation,
  roles = ['client'],
  crypto,
  now,
}: MspOptions): Promise<MspMaterial> => {
  const caKeys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const caName: Names = [{ CN: [`ca.${mspId}`] }, { O: [organisation] }];

  const ca = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(crypto),
      name: caName,
      ...validity(now, CA_LIFETIME_MS),
      signingAlgorithm: EC,
      keys: caKeys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(crypto),
      subject: [
        { CN: [`${roles.join('-')}.${mspId}`] },
        { O: [organisation] },
        ...roles.map((role) => ({ OU: [role] })),
      ],
      issuer: ca.subjectName.toJSON(),
      ...validity(now, IDENTITY_LIFETIME_MS),
      signingAlgorithm: EC,
      publicKey: keys.publicKey,
      signingKey: caKeys.privateKey,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await AuthorityKeyIdentifierExtension.create(caKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return {
    caCertPem: `${ca.toString('pem')}\n`,
    caKeyPem: await exportKey(crypto, caKeys.privateKey),
    certPem: `${certificate.toString('pem')}\n`,
    keyPem: await exportKey(crypto, keys.privateKey),
  };
};
