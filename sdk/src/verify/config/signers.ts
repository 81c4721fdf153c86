import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError, type CheckName, toBase64Url } from '@anlian/contracts';
import {
  type CertificateFault,
  type MspCertificate,
  type MspOrganisation,
  readIdentity,
  readMspCertificate,
} from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';

/** A signature, and the `msp.SerializedIdentity` that it says it is of. */
export interface SignedBytes {
  readonly identity: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Somebody whose signature held. */
export interface Signer {
  readonly organisation: MspOrganisation;
  readonly certificate: MspCertificate;
}

/** A channel has some dozen organisations; more signatures than this are sent to keep a verifier busy. */
const MAX_SIGNATURES = 256;

/** What Fabric waits after a certificate's first moment before it holds its issuers against it. */
const ISSUED_AFTER_MS = 1000;

/**
 * Fabric asks of a configuration's signers that their certificates were well issued, not that they have not expired since: else a
 * channel whose administrators' certificates ran out could never be mended.
 */
const wasWellIssued = ({ notBeforeMs, issuers }: MspCertificate): boolean => {
  const issuedMs = notBeforeMs + ISSUED_AFTER_MS;
  return issuers.every((issuer) => issuedMs >= issuer.notBeforeMs && issuedMs <= issuer.notAfterMs);
};

/** Why an identity is nobody's on the channel. */
export type SignerFault = CertificateFault | 'not_on_channel' | 'issuer_not_valid';

/** Who an identity (`msp.SerializedIdentity`) is on the channel, or why it is nobody there. */
export const identify = async (
  bytes: Uint8Array,
  msps: ReadonlyMap<string, MspOrganisation>,
): Promise<Signer | SignerFault> => {
  try {
    const { mspId, certPem } = readIdentity(bytes, 'invalid_input');
    const organisation = msps.get(mspId);
    if (organisation === undefined) return 'not_on_channel';
    const certificate = await readMspCertificate(certPem, organisation);
    if (typeof certificate === 'string') return certificate;
    return wasWellIssued(certificate) ? { organisation, certificate } : 'issuer_not_valid';
  } catch (error) {
    if (error instanceof AnlianError) return 'unreadable';
    throw error;
  }
};

/** Whether a signer made the signature. */
export const holds = ({ certificate }: Signer, { message, signature }: SignedBytes): Promise<boolean> =>
  verifyEs256Der(certificate.publicKey, message, signature, { lowS: true }).catch(() => false);

/** Tells signers apart: by MSP and key, since one key may be in several certificates. */
export const nameOf = ({ organisation, certificate }: Signer): string =>
  `${organisation.mspId} ${toBase64Url(certificate.spki)}`;

/**
 * Those whose signatures hold, in the order of the signatures. A signature of nobody's on the channel is passed over, as Fabric
 * does; whoever signed twice, be it under two identities, counts once.
 * @throws VerificationError `check` for more signatures than anybody needs
 */
export const signersOf = async (
  signed: readonly SignedBytes[],
  msps: ReadonlyMap<string, MspOrganisation>,
  check: CheckName,
): Promise<readonly Signer[]> => {
  ensure(signed.length <= MAX_SIGNATURES, check, 'there are too many signatures');
  const signers = new Map<string, Signer>();
  for (const one of signed) {
    const signer = await identify(one.identity, msps);
    if (typeof signer === 'string' || !(await holds(signer, one))) continue;
    const who = nameOf(signer);
    if (!signers.has(who)) signers.set(who, signer);
  }
  return [...signers.values()];
};
