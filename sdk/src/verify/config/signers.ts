import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError, toBase64Url } from '@anlian/contracts';
import {
  decodeIdentity,
  type MspCertificate,
  type MspOrganisation,
  readMspCertificate,
} from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import { CHECK } from './elements.ts';

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

const identify = async (
  identity: Uint8Array,
  msps: ReadonlyMap<string, MspOrganisation>,
): Promise<Signer | undefined> => {
  try {
    const { mspId, certPem } = decodeIdentity(identity, 'invalid_input');
    const organisation = msps.get(mspId);
    const certificate = organisation && (await readMspCertificate(certPem, organisation));
    if (organisation === undefined || certificate === undefined || typeof certificate === 'string') return undefined;
    return wasWellIssued(certificate) ? { organisation, certificate } : undefined;
  } catch (error) {
    if (error instanceof AnlianError) return undefined;
    throw error;
  }
};

const holds = ({ certificate }: Signer, { message, signature }: SignedBytes): Promise<boolean> =>
  verifyEs256Der(certificate.publicKey, message, signature, { lowS: true }).catch(() => false);

/**
 * Those whose signatures hold, in the order of the signatures. A signature of nobody's on the channel is passed over, as Fabric
 * does; whoever signed twice, be it under two identities, counts once.
 */
export const signersOf = async (
  signed: readonly SignedBytes[],
  msps: ReadonlyMap<string, MspOrganisation>,
): Promise<readonly Signer[]> => {
  ensure(signed.length <= MAX_SIGNATURES, CHECK, 'there are too many signatures');
  const signers = new Map<string, Signer>();
  for (const one of signed) {
    const signer = await identify(one.identity, msps);
    if (signer === undefined || !(await holds(signer, one))) continue;
    const { organisation, certificate } = signer;
    const who = `${organisation.mspId} ${toBase64Url(certificate.spki)}`;
    if (!signers.has(who)) signers.set(who, signer);
  }
  return [...signers.values()];
};
