import { equalBytes, hmacSha256 } from '@anlian/chaincode/crypto';
import {
  leafHash,
  type NoteVerifier,
  noteVerifier,
  type OpenedCheckpoint,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  verifyInclusion,
} from '@anlian/chaincode/proof';
import { checkpointOrigin, type EvidenceBundle, fromBase64Url, leafBytes, VerificationError } from '@anlian/contracts';
import { ensure } from './form.ts';
import { isWithin } from './interval.ts';
import { keysOf, type TrustedChannel, type TrustedKeyEntry } from './trust.ts';

const encoder = new TextEncoder();

/** @throws VerificationError `record_commitment` unless the leaf's commitment is to this record under this salt */
export const requireCommitment = async ({ record, salt, leaf }: EvidenceBundle): Promise<void> => {
  const commitment = await hmacSha256(fromBase64Url(salt), encoder.encode(record));
  ensure(equalBytes(commitment, fromBase64Url(leaf.c)), 'record_commitment', 'the leaf commits to another record');
};

/** A checkpoint whose log signature held, and the key of the log. */
export interface TrustedCheckpoint {
  readonly opened: OpenedCheckpoint;
  readonly logKey: TrustedKeyEntry;
}

const verifierOf = (
  { trust }: TrustedChannel,
  member: string,
  { key }: TrustedKeyEntry,
  type: NoteVerifier['type'],
): Promise<NoteVerifier> => noteVerifier(checkpointOrigin(trust.channel, member), fromBase64Url(key.jwk.x), type);

/** @throws VerificationError `checkpoint_form` unless it is a checkpoint of as many leaves as the inclusion proof says */
export const requireCheckpointForm = ({ checkpoint, inclusion }: EvidenceBundle): void => {
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  ensure(size === BigInt(inclusion.treeSize), 'checkpoint_form', 'the checkpoint is of another tree size');
};

/**
 * Opens the checkpoint with the log key, past or present, that its signature line names.
 * @throws VerificationError `checkpoint_form`, `checkpoint_signature`
 */
export const openTrustedCheckpoint = async (
  { checkpoint, member }: EvidenceBundle,
  channel: TrustedChannel,
): Promise<TrustedCheckpoint> => {
  const { signatures } = parseNote(checkpoint);
  for (const logKey of keysOf(channel, member, 'log')) {
    const verifier = await verifierOf(channel, member, logKey, 'ed25519');
    if (signatures.some(({ name, keyId }) => name === verifier.name && equalBytes(keyId, verifier.keyId)))
      return { opened: await openCheckpoint(checkpoint, verifier), logKey };
  }
  throw new VerificationError('checkpoint_signature', 'no log key of the member signed the checkpoint');
};

/** Log keys of the other governors, as witnesses use them (c2sp.org/tlog-witness); one line counts for one member. */
const witnessKeys = async (
  channel: TrustedChannel,
  owner: string,
): Promise<ReadonlyMap<NoteVerifier, TrustedKeyEntry>> => {
  const others = channel.trust.members.filter(({ member, kind }) => kind === 'governor' && member !== owner);
  const entries = others.flatMap(({ member }) => keysOf(channel, member, 'log').map((entry) => ({ member, entry })));
  return new Map(
    await Promise.all(
      entries.map(
        async ({ member, entry }) => [await verifierOf(channel, member, entry, 'cosignature/v1'), entry] as const,
      ),
    ),
  );
};

/**
 * Exactly as many other governors as the trust file asks for cosigned this checkpoint; a line of anybody else is refused too.
 * @throws VerificationError `checkpoint_cosignatures`
 */
export const requireCosignatures = async (
  { checkpoint, member }: EvidenceBundle,
  { opened }: TrustedCheckpoint,
  channel: TrustedChannel,
): Promise<void> => {
  const check = 'checkpoint_cosignatures';
  const { witnesses } = channel.trust;
  const lines = opened.otherSignatures.length;
  ensure(lines === witnesses, check, `${lines} cosignatures where ${witnesses} are due`);
  if (witnesses === 0) return;
  const keys = await witnessKeys(channel, member);
  const { verified } = await openNote(checkpoint, [...keys.keys()], check);
  const cosigned = verified.filter(({ verifier, timestamp }) => {
    const entry = keys.get(verifier);
    return entry !== undefined && timestamp !== undefined && isWithin(entry, timestamp * 1000);
  });
  const members = new Set(cosigned.map(({ verifier }) => verifier.name));
  ensure(members.size === witnesses, check, `${members.size} other governors cosigned where ${witnesses} are due`);
};

/** @throws VerificationError `inclusion` unless the leaf is in the tree of the checkpoint */
export const requireInclusion = async (
  { leaf, inclusion }: EvidenceBundle,
  { opened }: TrustedCheckpoint,
): Promise<void> =>
  verifyInclusion({
    leafHash: await leafHash(leafBytes(leaf)),
    leafIndex: inclusion.leafIndex,
    treeSize: inclusion.treeSize,
    path: inclusion.path.map(fromBase64Url),
    root: opened.root,
  });
