import 'reflect-metadata';
import { type ImportedKey, importP256Spki } from '@anlian/chaincode/crypto';
import type { X509Certificate } from '@peculiar/x509';
import {
  type Authority,
  authoritiesOf,
  chainOf,
  hasIssued,
  type Issuers,
  isAuthority,
  isRevoked,
  readCertificate,
} from './authorities.ts';

/** What a certificate's organisational units say its holder is, as Fabric's node OUs name it. */
export const NODE_ROLES = ['client', 'peer', 'admin', 'orderer'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

export interface MspCertificate {
  readonly publicKey: ImportedKey;
  /** The public key as `SubjectPublicKeyInfo`. */
  readonly spki: Uint8Array;
  readonly roles: readonly NodeRole[];
  /** Organisational units of the subject. */
  readonly units: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly der: Uint8Array;
  /** The authority that issued it and those above, nearest first. */
  readonly issuers: readonly IssuingAuthority[];
}

export interface IssuingAuthority {
  readonly der: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Why a certificate does not count. */
export type CertificateFault =
  | 'unreadable'
  | 'not_issued_by_root'
  | 'not_issued_by_lowest_authority'
  | 'revoked'
  | 'not_p256'
  | 'is_authority';

const datesOf = (certificate: X509Certificate): IssuingAuthority => ({
  der: new Uint8Array(certificate.rawData),
  notBeforeMs: certificate.notBefore.getTime(),
  notAfterMs: certificate.notAfter.getTime(),
});

/** The authority that issued a certificate. As in Fabric, one with authorities below it issues nothing else. */
const issuerOf = async (certificate: X509Certificate, issuers: Issuers): Promise<Authority | CertificateFault> => {
  const authorities = await authoritiesOf(issuers);
  let fault: CertificateFault = 'not_issued_by_root';
  for (const authority of authorities) {
    if (!(await hasIssued(authority.certificate, certificate))) continue;
    if (await isRevoked(certificate, authority.certificate, issuers)) return 'revoked';
    if (!authorities.some(({ parent }) => parent === authority)) return authority;
    fault = 'not_issued_by_lowest_authority';
  }
  return fault;
};

const isRootsAlone = (issuers: Issuers | readonly string[]): issuers is readonly string[] => Array.isArray(issuers);

const rootsAlone = (rootCertPems: readonly string[]): Issuers => ({
  rootCertPems,
  intermediateCertPems: [],
  revocationLists: [],
});

/**
 * Reads an end-entity certificate that an authority of an MSP issued, or one of these roots where nothing else is known. Validity dates, its own and its issuers', are returned,
 * not judged: at which time they must hold is the caller's to say.
 */
export const readMspCertificate = async (
  certPem: string,
  issuers: Issuers | readonly string[],
): Promise<MspCertificate | CertificateFault> => {
  const certificate = readCertificate(certPem);
  if (certificate === undefined) return 'unreadable';
  if (isAuthority(certificate)) return 'is_authority';
  const issuer = await issuerOf(certificate, isRootsAlone(issuers) ? rootsAlone(issuers) : issuers);
  if (typeof issuer === 'string') return issuer;
  const units = certificate.subjectName.getField('OU');
  const spki = new Uint8Array(certificate.publicKey.rawData);
  try {
    return {
      publicKey: await importP256Spki(spki),
      spki,
      roles: NODE_ROLES.filter((role) => units.includes(role)),
      units,
      ...datesOf(certificate),
      issuers: chainOf(issuer).map((authority) => datesOf(authority.certificate)),
    };
  } catch {
    return 'not_p256';
  }
};
