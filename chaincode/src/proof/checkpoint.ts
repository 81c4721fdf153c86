import { VerificationError } from '@anlian/contracts';
import { fromBase64, toBase64 } from './base64.ts';
import { requireHash } from './hashes.ts';
import { type TreeInteger, toUint63 } from './integers.ts';
import { HASH_BYTES, MAX_NOTE_LENGTH, MAX_UINT63 } from './limits.ts';
import { hasControls, type NoteSignature } from './note.ts';
import { type NoteVerifier, parseVerifierKey } from './noteKeys.ts';
import { openNote } from './noteSignatures.ts';

/** The head of a log: its origin, how many leaves it has and their root hash of 32 bytes (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** A checkpoint as read, with the extension lines that came after it. */
export interface ParsedCheckpoint extends Checkpoint {
  readonly extensions: readonly string[];
}

/** Extension lines are not auditable by monitors, so they are refused unless the caller asks for them. */
export interface CheckpointOptions {
  readonly allowExtensions?: boolean;
}

const refuse = (detail: string): never => {
  throw new VerificationError('checkpoint_form', detail);
};

const SIZE = /^(?:0|[1-9][0-9]{0,18})$/;

const isLine = (line: string): boolean =>
  line !== '' && !line.includes('\n') && !hasControls(line) && line.isWellFormed();

/**
 * The checkpoint as note text, to be signed: three lines.
 * @throws VerificationError `checkpoint_form` for an origin that is not one line, `merkle_form` for a bad size or root
 */
export const formatCheckpoint = (checkpoint: { origin: string; size: TreeInteger; root: Uint8Array }): string => {
  if (!isLine(checkpoint.origin)) return refuse('the origin is not one line of text');
  const size = toUint63(checkpoint.size, 'size');
  return `${checkpoint.origin}\n${size}\n${toBase64(requireHash(checkpoint.root, 'root'))}\n`;
};

/**
 * Reads a checkpoint from note text, in its one canonical spelling only.
 * @throws VerificationError `checkpoint_form`
 */
export const parseCheckpoint = (text: string, options: CheckpointOptions = {}): ParsedCheckpoint => {
  if (typeof text !== 'string' || text.length > MAX_NOTE_LENGTH) return refuse('a checkpoint is a short text');
  if (!text.endsWith('\n')) return refuse('the checkpoint does not end in a newline');
  const lines = text.slice(0, -1).split('\n');
  const [origin, digits = '', encodedRoot = '', ...extensions] = lines;
  if (origin === undefined || !lines.every(isLine)) return refuse('the checkpoint has an empty or malformed line');
  if (!SIZE.test(digits) || BigInt(digits) > MAX_UINT63) return refuse('the tree size is malformed');
  const root = fromBase64(encodedRoot);
  if (root === undefined || root.length !== HASH_BYTES) return refuse('the root hash is malformed');
  if (extensions.length > 0 && options.allowExtensions !== true) return refuse('the checkpoint has extension lines');
  return { origin, size: BigInt(digits), root, extensions };
};

/** A checkpoint whose log signature held, the note text that cosignatures cover, and the lines of other keys. */
export interface OpenedCheckpoint extends ParsedCheckpoint {
  readonly text: string;
  readonly otherSignatures: readonly NoteSignature[];
}

/**
 * Opens a signed checkpoint with the log's key, a verifier or its text form. The origin must be the key's name, or the
 * one that the caller names for a log whose key has another: else a key of one log could vouch for another log.
 * @throws VerificationError `checkpoint_form`, `checkpoint_signature`
 */
export const openCheckpoint = async (
  note: string | Uint8Array,
  verifierKey: NoteVerifier | string,
  options: CheckpointOptions & { readonly origin?: string } = {},
): Promise<OpenedCheckpoint> => {
  const verifier = typeof verifierKey === 'string' ? await parseVerifierKey(verifierKey) : verifierKey;
  if (verifier.type !== 'ed25519')
    throw new VerificationError('checkpoint_signature', 'this key cosigns checkpoints; it is no log key');
  const { text, verified, unknown } = await openNote(note, [verifier]);
  if (verified.length === 0)
    throw new VerificationError('checkpoint_signature', 'the log’s key did not sign the checkpoint');
  const checkpoint = parseCheckpoint(text, options);
  if (checkpoint.origin !== (options.origin ?? verifier.name)) return refuse('the checkpoint is of another log');
  return { ...checkpoint, text, otherSignatures: unknown };
};
