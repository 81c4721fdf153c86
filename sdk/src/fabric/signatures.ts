import { AnlianError } from '@anlian/contracts';
import {
  concatBytes,
  encodeIdentity,
  encodeSignatureHeader,
  type LedgerIdentity,
  NONCE_BYTES,
  type Random,
} from '../ledger/index.ts';
import { holds, identify, nameOf, type Signer } from '../verify/config/signers.ts';
import { signedUpdate, type UpdateSignature } from '../verify/config/update.ts';
import { type Ballot, counts } from './duePolicies.ts';

export type { UpdateSignature };

/** A signature that the channel counts, and whose it is. */
export interface CountedSignature {
  readonly signature: UpdateSignature;
  readonly signer: Signer;
}

const rolesOf = ({ certificate }: Signer): string => certificate.units.join(', ') || 'no unit';

/**
 * Signs an update as somebody whose signature its policies look for.
 * @throws {AnlianError} `fabric_signer_not_admin`: the channel would not count the signature
 */
export const signUpdateBytes = async (
  update: Uint8Array,
  identity: LedgerIdentity,
  ballot: Ballot,
  random: Random,
): Promise<CountedSignature> => {
  const creator = encodeIdentity(identity);
  const signer = await identify(creator, ballot.rules.msps);
  const fault = typeof signer === 'string' ? signer : counts(ballot, signer) ? undefined : rolesOf(signer);
  if (typeof signer === 'string' || fault !== undefined)
    throw new AnlianError('fabric_signer_not_admin', { field: 'certificate', detail: `${identity.mspId}: ${fault}` });
  const header = encodeSignatureHeader(creator, random(NONCE_BYTES));
  return { signature: { header, signature: await identity.sign(concatBytes(header, update)) }, signer };
};

const foreign = (detail: string): AnlianError =>
  new AnlianError('fabric_update_foreign', { field: 'signatures', detail });

/** @throws {AnlianError} `fabric_update_foreign` when it says nothing readable */
const readSignature = (update: Uint8Array, signature: UpdateSignature) => {
  try {
    return signedUpdate(update, signature);
  } catch {
    throw foreign('a signature whose signer cannot be read');
  }
};

/** @throws {AnlianError} `fabric_update_foreign` for a signature of nobody's, over something else, or of no use to any policy */
const checkSignature = async (
  update: Uint8Array,
  signature: UpdateSignature,
  ballot: Ballot,
): Promise<CountedSignature> => {
  const signed = readSignature(update, signature);
  const signer = await identify(signed.identity, ballot.rules.msps);
  if (typeof signer === 'string') throw foreign(signer);
  const { mspId } = signer.organisation;
  if (!(await holds(signer, signed))) throw foreign(`${mspId}: signed something else`);
  if (!counts(ballot, signer)) throw foreign(`${mspId}: ${rolesOf(signer)}`);
  return { signature, signer };
};

/** The signatures of each signer once, in their order: by a second one nobody counts for more. */
export const checkSignatures = async (
  update: Uint8Array,
  signatures: readonly UpdateSignature[],
  ballot: Ballot,
): Promise<readonly CountedSignature[]> => {
  const counted = new Map<string, CountedSignature>();
  for (const one of signatures) {
    const checked = await checkSignature(update, one, ballot);
    const who = nameOf(checked.signer);
    if (!counted.has(who)) counted.set(who, checked);
  }
  return [...counted.values()];
};
