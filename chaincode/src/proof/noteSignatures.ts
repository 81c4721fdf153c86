import { equalBytes, importEd25519PublicKey, verifyEdDsa } from '@anlian/chaincode/crypto';
import { type CheckName, VerificationError } from '@anlian/contracts';
import { concatBytes } from './bytes.ts';
import { formatNote, type NoteSignature, parseNote, type SignedNote } from './note.ts';
import type { NoteSignatureType, NoteVerifier } from './noteKeys.ts';

/** A key that signs notes. `sign` makes an Ed25519 signature of 64 bytes; the private key stays behind it. */
export interface NoteSigner {
  readonly verifier: NoteVerifier;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** A signature that held. `timestamp` is the witness's clock in POSIX seconds, for cosignatures only. */
export interface VerifiedSignature {
  readonly verifier: NoteVerifier;
  readonly timestamp?: number;
}

/** What {@link openNote} found: the text, who signed it, and the lines of keys it was not given. */
export interface OpenedNote {
  readonly text: string;
  readonly verified: readonly VerifiedSignature[];
  readonly unknown: readonly NoteSignature[];
}

interface SignatureParts {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly timestamp?: number;
}

const encoder = new TextEncoder();

/** The message under a `cosignature/v1`, c2sp.org/tlog-cosignature. */
const cosignedMessage = (text: string, timestamp: number): Uint8Array =>
  encoder.encode(`cosignature/v1\ntime ${timestamp}\n${text}`);

const readCosignature = (text: string, line: Uint8Array): SignatureParts | undefined => {
  if (line.length !== 72) return undefined;
  const timestamp = Number(new DataView(line.buffer, line.byteOffset, 8).getBigUint64(0));
  if (!Number.isSafeInteger(timestamp)) return undefined;
  return { message: cosignedMessage(text, timestamp), signature: line.subarray(8), timestamp };
};

/** How each type's signature line divides into what was signed and the Ed25519 signature over it. */
const READERS: Readonly<Record<NoteSignatureType, (text: string, line: Uint8Array) => SignatureParts | undefined>> = {
  ed25519: (text, line) => ({ message: encoder.encode(text), signature: line }),
  'cosignature/v1': readCosignature,
};

const isBy = (verifier: NoteVerifier, signature: NoteSignature): boolean =>
  verifier.name === signature.name && equalBytes(verifier.keyId, signature.keyId);

const verifyLine = async (
  text: string,
  line: NoteSignature,
  verifier: NoteVerifier,
  check: CheckName,
): Promise<VerifiedSignature> => {
  const parts = READERS[verifier.type](text, line.signature);
  const key = await importEd25519PublicKey(verifier.publicKey);
  if (parts === undefined || !(await verifyEdDsa(key, parts.message, parts.signature))) {
    throw new VerificationError(check, 'a signature of a known key does not hold');
  }
  return parts.timestamp === undefined ? { verifier } : { verifier, timestamp: parts.timestamp };
};

/**
 * Verifies every line of a note that one of `verifiers` made, and ignores the others, as c2sp.org/signed-note asks. A
 * line of a known key that does not hold condemns the note; a key that signed twice does too, or one witness would count
 * for two. It does not ask for any signature at all: how many are enough is the caller's rule.
 * @throws VerificationError `checkpoint_form` for text that is no note, `check` for a signature that does not hold
 */
export const openNote = async (
  note: string | Uint8Array | SignedNote,
  verifiers: readonly NoteVerifier[],
  check: CheckName = 'checkpoint_signature',
): Promise<OpenedNote> => {
  const { text, signatures } = typeof note === 'string' || note instanceof Uint8Array ? parseNote(note) : note;
  const verified: VerifiedSignature[] = [];
  const unknown: NoteSignature[] = [];
  for (const line of signatures) {
    const verifier = verifiers.find((candidate) => isBy(candidate, line));
    if (verifier === undefined) {
      unknown.push(line);
      continue;
    }
    if (verified.some((earlier) => earlier.verifier === verifier))
      throw new VerificationError(check, 'a key signed twice');
    verified.push(await verifyLine(text, line, verifier, check));
  }
  return { text, verified, unknown };
};

const uint64 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};

/** Signs `text`, which ends in a newline, and returns the whole note. */
export const signNote = async (text: string, { verifier, sign }: NoteSigner): Promise<string> => {
  if (verifier.type !== 'ed25519') throw new TypeError('this key cosigns; it does not sign notes');
  const signature = await sign(encoder.encode(text));
  return formatNote({ text, signatures: [{ name: verifier.name, keyId: verifier.keyId, signature }] });
};

/**
 * Adds a witness's `cosignature/v1` to a note. `timestamp` is the witness's clock in POSIX seconds. Only a witness that
 * has verified the consistency of the checkpoint with all it saw before may call it (c2sp.org/tlog-witness).
 */
export const cosignNote = async (note: string, { verifier, sign }: NoteSigner, timestamp: number): Promise<string> => {
  if (verifier.type !== 'cosignature/v1') throw new TypeError('this key signs notes; it does not cosign');
  if (!Number.isSafeInteger(timestamp) || timestamp < 0)
    throw new TypeError('the timestamp is not a POSIX time in seconds');
  const { text, signatures } = parseNote(note);
  const signature = concatBytes(uint64(timestamp), await sign(cosignedMessage(text, timestamp)));
  return formatNote({ text, signatures: [...signatures, { name: verifier.name, keyId: verifier.keyId, signature }] });
};
