import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { type CheckName, VerificationError } from '@anlian/contracts';
import {
  type ChannelOrganisation,
  concatBytes,
  decodeIdentity,
  type Endorsement,
  type MspCertificate,
  type NodeRole,
  readMspCertificate,
} from '../../ledger/codec/index.ts';
import { ensure } from './form.ts';

/** A certificate of the channel, and whose MSP issued it. */
export interface Identified {
  readonly mspId: string;
  readonly certificate: MspCertificate;
}

/** Which certificates count, and when they must have been valid. */
export interface IdentityRule {
  readonly organisations: ReadonlyMap<string, ChannelOrganisation>;
  /** Organisational unit that the certificate must name. */
  readonly role?: NodeRole;
  readonly atMs: number;
}

/**
 * The holder of a `msp.SerializedIdentity`, whose certificate an MSP of the channel issued.
 * @throws VerificationError `check`
 */
export const identify = async (bytes: Uint8Array, rule: IdentityRule, check: CheckName): Promise<Identified> => {
  const { mspId, certPem } = decodeIdentity(bytes, 'invalid_input');
  const organisation = rule.organisations.get(mspId);
  ensure(organisation !== undefined, check, 'the genesis block names no such MSP for this purpose');
  const certificate = await readMspCertificate(certPem, organisation.rootCertPems);
  if (typeof certificate === 'string') throw new VerificationError(check, `the certificate is ${certificate}`);
  const { notBeforeMs, notAfterMs, roles } = certificate;
  ensure(rule.atMs >= notBeforeMs && rule.atMs <= notAfterMs, check, 'the certificate was not valid at that time');
  ensure(rule.role === undefined || roles.includes(rule.role), check, `the certificate is not a ${rule.role}’s`);
  return { mspId, certificate };
};

/** Whether a signature with low S (as Fabric demands: else anybody could make a second form of it) holds. */
export const signedBy = ({ certificate }: Identified, message: Uint8Array, signature: Uint8Array): Promise<boolean> =>
  verifyEs256Der(certificate.publicKey, message, signature, { lowS: true });

/** Whether an endorser signed these `ProposalResponsePayload` bytes. */
export const endorsedBy = (endorser: Identified, payload: Uint8Array, endorsement: Endorsement): Promise<boolean> =>
  signedBy(endorser, concatBytes(payload, endorsement.endorser), endorsement.signature);
