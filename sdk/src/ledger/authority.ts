import 'reflect-metadata';
import { DAY_MS, toHex } from '@anlian/contracts';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type GeneralNameType,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { NodeRole } from './codec/certificate.ts';

/** A certificate and its private key as PEM, the key in PKCS#8. */
export interface KeyPairPem {
  readonly certPem: string;
  readonly keyPem: string;
}

/** Source of keys and serial numbers, and the clock. */
export interface IssuingSources {
  readonly crypto: typeof globalThis.crypto;
  readonly now: Date;
  /** Until when an identity counts, from `now`; years when absent. */
  readonly lifetimeMs?: number;
}

export interface Subject {
  readonly commonName: string;
  readonly organisation: string;
}

/** What a certificate is for: an identity of the MSP, or one end of a TLS connection. */
export type Purpose =
  /**
   * As organisational units. Fabric allows one for each certificate; the operator of an embedded ledger is its only peer and its
   * only orderer and holds both.
   */
  { readonly roles: readonly NodeRole[] } | { readonly tlsHosts: readonly string[] };

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CA_LIFETIME_MS = 15 * 365 * DAY_MS;
const IDENTITY_LIFETIME_MS = 3 * 365 * DAY_MS;
/** A certificate counts from a little before it was made, since the members' clocks differ. */
const BACKDATED_MS = 5 * 60_000;

/** A positive serial number of 16 bytes (RFC 5280, section 4.1.2.2). */
const serialNumber = (crypto: IssuingSources['crypto']): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return toHex(bytes);
};

const validity = (now: Date, lifetimeMs: number) => ({
  notBefore: new Date(now.getTime() - BACKDATED_MS),
  notAfter: new Date(now.getTime() + lifetimeMs),
});

type Names = ConstructorParameters<typeof Name>[0];
type SigningKey = Parameters<(typeof globalThis.crypto)['subtle']['sign']>[1];

const pem = (certificate: X509Certificate): string => `${certificate.toString('pem')}\n`;

const keyPem = async ({ subtle }: IssuingSources['crypto'], key: SigningKey): Promise<string> =>
  PemConverter.encode(await subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

const importKey = ({ subtle }: IssuingSources['crypto'], key: string): Promise<SigningKey> =>
  subtle.importKey('pkcs8', PemConverter.decodeFirst(key), EC, true, ['sign']);

/** A certificate authority of a member's own: for its MSP, or for the TLS of its peers and orderers. */
export const createAuthority = async (
  { commonName, organisation }: Subject,
  { crypto, now }: IssuingSources,
): Promise<KeyPairPem> => {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(crypto),
      name: [{ CN: [commonName] }, { O: [organisation] }] satisfies Names,
      ...validity(now, CA_LIFETIME_MS),
      signingAlgorithm: EC,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return { certPem: pem(certificate), keyPem: await keyPem(crypto, keys.privateKey) };
};

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
const generalName = (host: string): { type: GeneralNameType; value: string } => ({
  type: isAddress(host) ? 'ip' : 'dns',
  value: host,
});

const extensionsFor = (purpose: Purpose) =>
  'roles' in purpose
    ? [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true)]
    : [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(purpose.tlsHosts.map(generalName)),
      ];

/** A certificate with a fresh key, issued by an authority. */
export const issueCertificate = async (
  authority: KeyPairPem,
  { commonName, organisation }: Subject,
  purpose: Purpose,
  { crypto, now, lifetimeMs = IDENTITY_LIFETIME_MS }: IssuingSources,
): Promise<KeyPairPem> => {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const issuer = new X509Certificate(authority.certPem);
  const units = 'roles' in purpose ? purpose.roles.map((role) => ({ OU: [role] })) : [];
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(crypto),
      subject: [{ CN: [commonName] }, { O: [organisation] }, ...units],
      issuer: issuer.subjectName.toJSON(),
      ...validity(now, lifetimeMs),
      signingAlgorithm: EC,
      publicKey: keys.publicKey,
      signingKey: await importKey(crypto, authority.keyPem),
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        ...extensionsFor(purpose),
        await AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export(crypto), false, crypto),
      ],
    },
    crypto,
  );
  return { certPem: pem(certificate), keyPem: await keyPem(crypto, keys.privateKey) };
};
