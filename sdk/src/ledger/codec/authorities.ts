import 'reflect-metadata';
import { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, X509Certificate } from '@peculiar/x509';
import { readRevocationList } from './revocationList.ts';

/** What an MSP says of its certificate authorities. */
export interface Issuers {
  readonly rootCertPems: readonly string[];
  readonly intermediateCertPems: readonly string[];
  /** X.509 revocation lists, each as DER or PEM. */
  readonly revocationLists: readonly Uint8Array[];
}

/** A certificate authority with an unbroken chain to a root of its MSP. */
export interface Authority {
  readonly certificate: X509Certificate;
  /** Undefined for a root. */
  readonly parent: Authority | undefined;
  /** Authorities that may still follow below it (RFC 5280, section 4.2.1.9). */
  readonly allowsBelow: number;
}

/** More authorities, or a longer chain of them, than any MSP has: what is over this is somebody trying. */
const MAX_AUTHORITIES = 64;
const MAX_CHAIN = 5;

/** A certificate, unless these bytes or this text are none. */
export const readCertificate = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

export const isAuthority = (certificate: X509Certificate): boolean =>
  certificate.getExtension(BasicConstraintsExtension)?.ca === true;

/** A key usage that is stated must name the signing of certificates (RFC 5280, section 4.2.1.3). */
const maySignCertificates = (certificate: X509Certificate): boolean => {
  const usage = certificate.getExtension(KeyUsagesExtension);
  return isAuthority(certificate) && (usage === null || (usage.usages & KeyUsageFlags.keyCertSign) !== 0);
};

const ownAllowance = (certificate: X509Certificate): number =>
  certificate.getExtension(BasicConstraintsExtension)?.pathLength ?? Number.POSITIVE_INFINITY;

/** Whether `authority` issued the certificate, by name and by signature. Dates are the caller's to judge. */
export const hasIssued = async (authority: X509Certificate, certificate: X509Certificate): Promise<boolean> =>
  authority.subject === certificate.issuer &&
  (await certificate.verify({ publicKey: authority.publicKey, signatureOnly: true }).catch(() => false));

/**
 * Whether the authority that issued a certificate has revoked it, by any of its lists. A list that cannot be read may revoke
 * anything. The list's own dates do not matter: it counts while the configuration holds it, as Fabric counts it.
 */
export const isRevoked = async (
  certificate: X509Certificate,
  authority: X509Certificate,
  { revocationLists }: Pick<Issuers, 'revocationLists'>,
): Promise<boolean> => {
  for (const bytes of revocationLists) {
    const list = readRevocationList(bytes);
    if (list === undefined) return true;
    const names = list.issuer === authority.subject && list.names(certificate);
    if (names && (await list.isSignedBy(authority))) return true;
  }
  return false;
};

const readAuthorities = (pems: readonly string[]): readonly X509Certificate[] =>
  pems
    .slice(0, MAX_AUTHORITIES)
    .map(readCertificate)
    .filter((certificate) => certificate !== undefined)
    .filter(maySignCertificates);

const parentOf = async (
  certificate: X509Certificate,
  trusted: readonly Authority[],
  issuers: Issuers,
): Promise<Authority | undefined> => {
  for (const parent of trusted) {
    if (parent.allowsBelow < 1 || !(await hasIssued(parent.certificate, certificate))) continue;
    if (!(await isRevoked(certificate, parent.certificate, issuers))) return parent;
  }
  return undefined;
};

const below = (parent: Authority, certificate: X509Certificate): Authority => ({
  certificate,
  parent,
  allowsBelow: Math.min(parent.allowsBelow - 1, ownAllowance(certificate)),
});

const findAuthorities = async (issuers: Issuers): Promise<readonly Authority[]> => {
  const trusted: Authority[] = readAuthorities(issuers.rootCertPems).map((certificate) => ({
    certificate,
    parent: undefined,
    allowsBelow: ownAllowance(certificate),
  }));
  let left = readAuthorities(issuers.intermediateCertPems);
  for (let depth = 1; depth < MAX_CHAIN && left.length > 0; depth++) {
    const orphans: X509Certificate[] = [];
    const above = [...trusted];
    for (const certificate of left) {
      const parent = await parentOf(certificate, above, issuers);
      if (parent === undefined) orphans.push(certificate);
      else trusted.push(below(parent, certificate));
    }
    left = orphans;
  }
  return trusted;
};

const found = new WeakMap<Issuers, Promise<readonly Authority[]>>();

/** The roots of an MSP, and of its intermediate authorities those that a chain leads up from to one of the roots. */
export const authoritiesOf = (issuers: Issuers): Promise<readonly Authority[]> => {
  const known = found.get(issuers) ?? findAuthorities(issuers);
  found.set(issuers, known);
  return known;
};

/** An authority and those above it, nearest first. */
export const chainOf = (authority: Authority): readonly Authority[] =>
  authority.parent === undefined ? [authority] : [authority, ...chainOf(authority.parent)];
