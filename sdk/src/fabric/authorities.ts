import { X509Certificate } from 'node:crypto';

const read = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

/** Whether a PEM is one authority's certificate and nothing else: what else stood there would go into the configuration unseen. */
export const isAuthorityPem = (pem: string): boolean => {
  const certificate = read(pem);
  return certificate?.ca === true && certificate.toString() === pem;
};

/** A PEM in its one form, as {@link isAuthorityPem} takes it. @throws {Error} when it is no certificate */
export const canonicalPem = (pem: string): string => new X509Certificate(pem).toString();

/** Whether two PEMs are of one certificate: a configuration holds them as whoever joined spelled them. */
export const isSameCertificate = (a: string, b: string): boolean => {
  const [one, other] = [read(a), read(b)];
  return one !== undefined && other !== undefined && one.raw.equals(other.raw);
};

/** How a certificate is told apart: its SHA-256 in lower-case hexadecimal, and whom it names. */
export const fingerprintOf = (pem: string): { readonly sha256: string; readonly subject: string } => {
  const certificate = new X509Certificate(pem);
  return {
    sha256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: certificate.subject.replaceAll('\n', ', '),
  };
};
