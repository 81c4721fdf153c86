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
import {
  checkpointOrigin,
  cosignaturesDue,
  type EvidenceBundle,
  fromBase64Url,
  instantMs,
  leafBytes,
  type TrustedMember,
  VerificationError,
} from '@anlian/contracts';
import { ensure } from '../form.ts';
import { witnessesDue } from './governors.ts';
import { CLOCKS_DIFFER_MS, isWithin, type KeyUsage, whileMember } from './interval.ts';
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
  { checkpoint, member }: Pick<EvidenceBundle, 'checkpoint' | 'member'>,
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

const otherGovernors = ({ trust }: TrustedChannel, owner: string): readonly TrustedMember[] =>
  trust.members.filter(({ member, kind }) => kind === 'governor' && member !== owner);

/** Log keys of the other governors, as witnesses use them (c2sp.org/tlog-witness); one line counts for one member. */
const witnessKeys = async (
  channel: TrustedChannel,
  owner: string,
): Promise<ReadonlyMap<NoteVerifier, TrustedKeyEntry>> => {
  const entries = otherGovernors(channel, owner).flatMap((governor) =>
    keysOf(channel, governor.member, 'log').map((entry) => ({
      member: governor.member,
      entry: whileMember(entry, governor),
    })),
  );
  return new Map(
    await Promise.all(
      entries.map(
        async ({ member, entry }) => [await verifierOf(channel, member, entry, 'cosignature/v1'), entry] as const,
      ),
    ),
  );
};

/**
 * How many cosignatures the ledger's rule asked for when the head was anchored: fewest and most, since a governor that came or left
 * within the clocks' difference may have counted or not. The founders were there before anything was anchored. What the policy asks the
 * trust file merely states, and whom it lists; the channel's own configuration bounds the number from below.
 */
const cosignaturesAsked = (channel: TrustedChannel, owner: string, anchoredMs: number): readonly [number, number] => {
  const others = otherGovernors(channel, owner);
  const [founded] = channel.trust.members.map(({ from }) => from).sort();
  const wasThere = ({ from, to }: TrustedMember): boolean =>
    (from === founded || anchoredMs >= instantMs(from) + CLOCKS_DIFFER_MS) &&
    (to === null || anchoredMs < instantMs(to) - CLOCKS_DIFFER_MS);
  const possible = others.filter((governor) => isWithin(governor, anchoredMs)).length;
  const certain = others.filter(wasThere).length;
  const { witnesses } = channel.trust;
  const fewest = Math.max(cosignaturesDue(witnesses, certain), witnessesDue(channel, owner, anchoredMs));
  return [fewest, Math.max(cosignaturesDue(witnesses, possible), fewest)];
};

/**
 * Exactly as many other governors as were due when the head was anchored cosigned it; a line of anybody else is refused too. Returns
 * the use of each key twice, for the time that its witness states and for the anchor's: the rule took live keys of members alone.
 * @throws VerificationError `checkpoint_cosignatures`
 */
export const requireCosignatures = async (
  { checkpoint, member }: EvidenceBundle,
  { opened }: TrustedCheckpoint,
  channel: TrustedChannel,
  anchoredMs: number,
): Promise<readonly KeyUsage[]> => {
  const check = 'checkpoint_cosignatures';
  const lines = opened.otherSignatures.length;
  const [fewest, most] = cosignaturesAsked(channel, member, anchoredMs);
  const due = fewest === most ? `${most}` : `${fewest} to ${most}`;
  ensure(lines >= fewest && lines <= most, check, `${lines} cosignatures where ${due} are due`);
  if (lines === 0) return [];
  const keys = await witnessKeys(channel, member);
  const { verified } = await openNote(checkpoint, [...keys.keys()], check);
  const members = new Set(verified.map(({ verifier }) => verifier.name));
  ensure(members.size === lines, check, `${members.size} other governors cosigned where ${due} are due`);
  return verified.flatMap(({ verifier, timestamp }) => {
    const entry = keys.get(verifier);
    ensure(entry !== undefined && timestamp !== undefined, check, 'a cosignature states no time');
    return [timestamp * 1000, anchoredMs].map((usedMs) => ({ entry, usedMs, anchoredMs }));
  });
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
