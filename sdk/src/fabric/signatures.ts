import { verifyEs256Der } from '@anlian/chaincode/crypto';
import { AnlianError } from '@anlian/contracts';
import {
  concatBytes,
  decodeIdentity,
  encodeIdentity,
  encodeSignatureHeader,
  type LedgerIdentity,
  type MspCertificate,
  messages,
  NONCE_BYTES,
  type Random,
  readMspCertificate,
  type SerializedIdentity,
} from '../ledger/index.ts';
import type { NamedOrganisation } from './configuration.ts';

/** `common.ConfigSignature`: an administrator's signature over its header and the update. */
export interface UpdateSignature {
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
}

const foreign = (detail: string): AnlianError =>
  new AnlianError('fabric_update_foreign', { field: 'signatures', detail });

/** Who a signature says that it is of. @throws {AnlianError} `fabric_update_foreign` when it says nothing readable */
const signerOfUpdate = ({ header }: UpdateSignature): SerializedIdentity => {
  try {
    const { common, decodeSigned } = messages;
    const creator = decodeSigned(common.SignatureHeader, header, 'SignatureHeader', 'invalid_input').getCreator_asU8();
    return decodeIdentity(creator, 'invalid_input');
  } catch {
    throw foreign('a signature whose signer cannot be read');
  }
};

/** The certificate of an administrator of one of the organisations, or why it is none. */
const readAdministrator = async (
  { mspId, certPem }: SerializedIdentity,
  organisations: readonly NamedOrganisation[],
): Promise<MspCertificate | string> => {
  const organisation = organisations.find((one) => one.mspId === mspId);
  if (!organisation) return `${mspId}: not in the channel’s configuration`;
  const certificate = await readMspCertificate(certPem, organisation);
  if (typeof certificate === 'string') return `${mspId}: ${certificate}`;
  return certificate.roles.includes('admin') ? certificate : `${mspId}: ${certificate.roles.join(', ') || 'no role'}`;
};

/**
 * Signs an update as an administrator of one of the organisations.
 * @throws {AnlianError} `fabric_signer_not_admin`: the channel would not count the signature
 */
export const signUpdateBytes = async (
  update: Uint8Array,
  identity: LedgerIdentity,
  organisations: readonly NamedOrganisation[],
  random: Random,
): Promise<UpdateSignature> => {
  const read = await readAdministrator(identity, organisations);
  if (typeof read === 'string')
    throw new AnlianError('fabric_signer_not_admin', { field: 'certificate', detail: read });
  const header = encodeSignatureHeader(encodeIdentity(identity), random(NONCE_BYTES));
  return { header, signature: await identity.sign(concatBytes(header, update)) };
};

/**
 * The organisation that a signature speaks for.
 * @throws {AnlianError} `fabric_update_foreign` for a signature of nobody's, over something else, or of no administrator
 */
export const checkSignature = async (
  update: Uint8Array,
  { header, signature }: UpdateSignature,
  organisations: readonly NamedOrganisation[],
): Promise<string> => {
  const signer = signerOfUpdate({ header, signature });
  const certificate = await readAdministrator(signer, organisations);
  if (typeof certificate === 'string') throw foreign(certificate);
  const isRight = await verifyEs256Der(certificate.publicKey, concatBytes(header, update), signature, { lowS: true });
  if (!isRight) throw foreign(`${signer.mspId}: signed something else`);
  return signer.mspId;
};
