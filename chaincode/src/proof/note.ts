import { VerificationError } from '@anlian/contracts';
import { fromBase64, toBase64 } from './base64.ts';
import { concatBytes } from './bytes.ts';
import { MAX_NOTE_LENGTH, MAX_NOTE_SIGNATURES } from './limits.ts';

/** One signature line of a note: whose key it claims, and the bytes that follow the key id. */
export interface NoteSignature {
  readonly name: string;
  /** Four bytes. Short on purpose: an identifier, not a digest to rely on. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A C2SP signed note (c2sp.org/signed-note), taken apart. `text` ends in a newline and is what the signatures cover. */
export interface SignedNote {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const refuse = (detail: string): never => {
  throw new VerificationError('checkpoint_form', detail);
};

/** U+0085 is a Unicode space that JavaScript's \s leaves out. */
const KEY_NAME = /^[^\s\u0085+]+$/u;
const SIGNATURE_LINE = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/u;

export const isKeyName = (name: string): boolean => KEY_NAME.test(name) && !hasControls(name) && name.isWellFormed();

/** The only control character a note may hold is the newline. */
export const hasControls = (text: string): boolean => {
  for (const character of text) if (character < ' ' && character !== '\n') return true;
  return false;
};

const isNoteText = (text: string): boolean => text.endsWith('\n') && text.isWellFormed() && !hasControls(text);

const parseSignatureLine = (line: string): NoteSignature => {
  const [, name = '', encoded = ''] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = fromBase64(encoded);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return refuse('a signature line is malformed');
  return { name, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
};

const decodeUtf8 = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse('the note is not UTF-8');
  }
};

/**
 * Takes a signed note apart. Says nothing about its signatures.
 * @throws VerificationError `checkpoint_form`
 */
export const parseNote = (note: string | Uint8Array): SignedNote => {
  if (typeof note !== 'string' && !(note instanceof Uint8Array)) return refuse('a note is text');
  if (note.length > MAX_NOTE_LENGTH) return refuse('the note is too long');
  const whole = typeof note === 'string' ? note : decodeUtf8(note);
  if (!isNoteText(whole)) return refuse('the note is not UTF-8 text that ends in a newline');

  const separator = whole.lastIndexOf('\n\n');
  if (separator === -1) return refuse('the note has no signatures');
  const text = whole.slice(0, separator + 1);
  const lines = whole.slice(separator + 2, -1).split('\n');
  if (lines.length > MAX_NOTE_SIGNATURES) return refuse(`the note has more than ${MAX_NOTE_SIGNATURES} signatures`);
  return { text, signatures: lines.map(parseSignatureLine) };
};

/**
 * The note as text again; the exact inverse of {@link parseNote}.
 * @throws VerificationError `checkpoint_form` when the parts do not make a note
 */
export const formatNote = ({ text, signatures }: SignedNote): string => {
  if (!isNoteText(text)) return refuse('the note is not UTF-8 text that ends in a newline');
  if (signatures.length === 0) return refuse('the note has no signatures');
  const lines = signatures.map(
    ({ name, keyId, signature }) => `— ${name} ${toBase64(concatBytes(keyId, signature))}\n`,
  );
  const note = `${text}\n${lines.join('')}`;
  parseNote(note);
  return note;
};
