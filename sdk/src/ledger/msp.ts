import { createAuthority, type IssuingSources, issueCertificate } from './authority.ts';
import type { NodeRole } from './codec/certificate.ts';

/** A member's certificate authority and one identity it issued, as PEM: certificates, and keys in PKCS#8. */
export interface MspMaterial {
  readonly caCertPem: string;
  readonly caKeyPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

export interface MspOptions extends IssuingSources {
  readonly mspId: string;
  /** The organisation's name in the certificates. */
  readonly organisation: string;
  /** What the identity is; a client when absent. */
  readonly roles?: readonly NodeRole[];
}

/** Makes a certificate authority of a member's own and an identity under it, with Fabric's node OUs. */
export const createMsp = async ({
  mspId,
  organisation,
  roles = ['client'],
  ...sources
}: MspOptions): Promise<MspMaterial> => {
  const authority = await createAuthority({ commonName: `ca.${mspId}`, organisation }, sources);
  const commonName = `${roles.join('-')}.${mspId}`;
  const identity = await issueCertificate(authority, { commonName, organisation }, { roles }, sources);
  return {
    caCertPem: authority.certPem,
    caKeyPem: authority.keyPem,
    certPem: identity.certPem,
    keyPem: identity.keyPem,
  };
};
