import { equalBytes, sha256 } from '@anlian/chaincode/crypto';
import { fromHex, toHex, VerificationError } from '@anlian/contracts';
import { fromBase64, toBase64 } from './base64.ts';
import { concatBytes } from './bytes.ts';
import { isKeyName } from './note.ts';

/** The signature types we use, by their identifier byte in c2sp.org/signed-note. */
export const SIGNATURE_TYPES = { ed25519: 0x01, 'cosignature/v1': 0x04 } as const;

export type NoteSignatureType = keyof typeof SIGNATURE_TYPES;

/** A key that may sign notes: its name, the four bytes that stand for it in a note, what it signs, and its 32 bytes. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly type: NoteSignatureType;
  readonly publicKey: Uint8Array;
}

const refuse = (detail: string): never => {
  throw new VerificationError('checkpoint_form', detail);
};

const encoder = new TextEncoder();

const material = (type: NoteSignatureType, publicKey: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(SIGNATURE_TYPES[type]), publicKey);

/** SHA-256(name || 0x0A || type || public key)[:4], c2sp.org/signed-note. */
const noteKeyId = async (name: string, type: NoteSignatureType, publicKey: Uint8Array): Promise<Uint8Array> => {
  const digest = await sha256(concatBytes(encoder.encode(`${name}\n`), material(type, publicKey)));
  return digest.slice(0, 4);
};

/**
 * The verifier for an Ed25519 public key of 32 bytes. A log signs checkpoints with type `ed25519`, a witness cosigns
 * them with `cosignature/v1`.
 * @throws VerificationError `checkpoint_form`
 */
export const noteVerifier = async (
  name: string,
  publicKey: Uint8Array,
  type: NoteSignatureType = 'ed25519',
): Promise<NoteVerifier> => {
  if (typeof name !== 'string' || name.length > 1024 || !isKeyName(name)) return refuse('the key name is malformed');
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== 32) return refuse('the public key is not 32 bytes');
  return { name, keyId: await noteKeyId(name, type, publicKey), type, publicKey };
};

const VERIFIER_KEY = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,100})$/u;

/**
 * Reads a verifier key, `<name>+<hex key id>+<base64 of type and key>` (c2sp.org/signed-note).
 * @throws VerificationError `checkpoint_form` for any other text, an unknown signature type, or an id that is not the key's
 */
export const parseVerifierKey = async (text: string): Promise<NoteVerifier> => {
  if (typeof text !== 'string' || text.length > 2048) return refuse('the verifier key is malformed');
  const [, name = '', keyId = '', encoded = ''] = VERIFIER_KEY.exec(text) ?? [];
  const decoded = fromBase64(encoded);
  const types = Object.keys(SIGNATURE_TYPES) as NoteSignatureType[];
  const type = types.find((candidate) => SIGNATURE_TYPES[candidate] === decoded?.[0]);
  if (decoded === undefined || type === undefined) return refuse('the verifier key is malformed');
  const verifier = await noteVerifier(name, decoded.slice(1), type);
  if (!equalBytes(verifier.keyId, fromHex(keyId))) return refuse('the key id is not that of the key');
  return verifier;
};

/** The exact inverse of {@link parseVerifierKey}. */
export const formatVerifierKey = ({ name, keyId, type, publicKey }: NoteVerifier): string =>
  `${name}+${toHex(keyId)}+${toBase64(material(type, publicKey))}`;
