import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { type CheckName, VerificationError } from '@anlian/contracts';
import {
  concatBytes,
  type Endorsement,
  type MspCertificate,
  type MspOrganisation,
  type NodeRole,
  readIdentity,
  readMspCertificate,
} from '../../ledger/codec/index.ts';
import { rolesIn } from '../config/membership.ts';
import { type Moment, type Organisations, organisationsAt } from '../config/terms.ts';
import { ensure } from '../form.ts';
import { CLOCKS_DIFFER_MS } from './interval.ts';

/** A certificate of the channel, and whose MSP issued it. */
export interface Identified {
  readonly mspId: string;
  readonly certificate: MspCertificate;
}

/** A configuration that is known for sure: that of a block, or the newest one. A time, which somebody claims, leaves two open. */
export type Under = { readonly block: number } | 'newest';

/** Which certificates count, and when they must have been valid. */
export interface IdentityRule {
  readonly organisations: Organisations;
  /** Organisational unit that the certificate must name. */
  readonly role?: NodeRole;
  readonly atMs: number;
  /** By which configuration; by that of the time, without it. */
  readonly under?: Under | undefined;
}

const readIn = async (
  certPem: string,
  organisation: MspOrganisation,
  { atMs, role }: IdentityRule,
  check: CheckName,
): Promise<MspCertificate> => {
  const certificate = await readMspCertificate(certPem, organisation);
  if (typeof certificate === 'string') throw new VerificationError(check, `the certificate is ${certificate}`);
  const { notBeforeMs, notAfterMs, issuers } = certificate;
  ensure(atMs >= notBeforeMs && atMs <= notAfterMs, check, 'the certificate was not valid at that time');
  const isAlive = issuers.every((issuer) => atMs >= issuer.notBeforeMs && atMs <= issuer.notAfterMs);
  ensure(isAlive, check, 'an authority that issued the certificate was not valid at that time');
  const roles = rolesIn(certificate, organisation);
  ensure(role === undefined || roles.includes(role), check, `the certificate is not a ${role}’s`);
  return certificate;
};

/**
 * The holder of a `msp.SerializedIdentity`, whose certificate an MSP of the channel issued, as the channel's configuration had it
 * then: its authorities, what it had revoked, and whether it was on the channel at all.
 * @throws VerificationError `check`
 */
export const identify = async (bytes: Uint8Array, rule: IdentityRule, check: CheckName): Promise<Identified> => {
  const { mspId, certPem } = readIdentity(bytes, 'invalid_input');
  const terms = rule.organisations.get(mspId);
  ensure(terms !== undefined, check, 'no configuration names such an MSP for this purpose');
  const moment: Moment = rule.under ?? { ms: rule.atMs, clocksDifferMs: CLOCKS_DIFFER_MS };
  let fault: unknown = new VerificationError(check, 'the MSP was not on the channel at that time');
  for (const organisation of organisationsAt(terms, moment)) {
    try {
      return { mspId, certificate: await readIn(certPem, organisation, rule, check) };
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
};

/** Whether a signature with low S (as Fabric demands: else anybody could make a second form of it) holds. */
export const signedBy = ({ certificate }: Identified, message: Uint8Array, signature: Uint8Array): Promise<boolean> =>
  verifyEs256Der(certificate.publicKey, message, signature, { lowS: true });

/** Whether an endorser signed these `ProposalResponsePayload` bytes. */
export const endorsedBy = (endorser: Identified, payload: Uint8Array, endorsement: Endorsement): Promise<boolean> =>
  signedBy(endorser, concatBytes(payload, endorsement.endorser), endorsement.signature);
