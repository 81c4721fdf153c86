import 'reflect-metadata';
import { type ImportedKey, importP256Spki } from '@anlian/chaincode/crypto';
import { BasicConstraintsExtension, X509Certificate } from '@peculiar/x509';

/** What a certificate's organisational units say its holder is, as Fabric's node OUs name it. */
export const NODE_ROLES = ['client', 'peer', 'admin', 'orderer'] as const;
export type NodeRole = (typeof NODE_ROLES)[number];

export interface MspCertificate {
  readonly publicKey: ImportedKey;
  readonly roles: readonly NodeRole[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Why a certificate does not count. */
export type CertificateFault = 'unreadable' | 'not_issued_by_root' | 'not_p256' | 'is_authority';

const read = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

const isAuthority = (certificate: X509Certificate): boolean =>
  certificate.getExtension(BasicConstraintsExtension)?.ca === true;

const isIssuedBy = async (certificate: X509Certificate, rootPem: string): Promise<boolean> => {
  const root = read(rootPem);
  if (root === undefined || !isAuthority(root) || root.subject !== certificate.issuer) return false;
  return certificate.verify({ publicKey: root.publicKey, signatureOnly: true }).catch(() => false);
};

const anyAsync = async <T>(values: readonly T[], holds: (value: T) => Promise<boolean>): Promise<boolean> => {
  for (const value of values) if (await holds(value)) return true;
  return false;
};

/**
 * Reads an end-entity certificate that one of an MSP's roots issued. Its validity dates are returned, not judged: at
 * which time they must hold is the caller's to say.
 */
export const readMspCertificate = async (
  certPem: string,
  rootPems: readonly string[],
): Promise<MspCertificate | CertificateFault> => {
  const certificate = read(certPem);
  if (certificate === undefined) return 'unreadable';
  if (isAuthority(certificate)) return 'is_authority';
  if (!(await anyAsync(rootPems, (root) => isIssuedBy(certificate, root)))) return 'not_issued_by_root';
  const units = certificate.subjectName.getField('OU');
  try {
    return {
      publicKey: await importP256Spki(new Uint8Array(certificate.publicKey.rawData)),
      roles: NODE_ROLES.filter((role) => units.includes(role)),
      notBeforeMs: certificate.notBefore.getTime(),
      notAfterMs: certificate.notAfter.getTime(),
    };
  } catch {
    return 'not_p256';
  }
};
