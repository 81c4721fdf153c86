import { equalBytes } from '@anlian/chaincode/crypto';
import { VerificationError } from '@anlian/contracts';
import { Tagged } from 'cborg';
import { type CoseSign1, HEADER, parseCoseSign1 } from '../verify/coseMessage.ts';
import { encodeCbor } from './cbor.ts';

/** Signs with ES256 and returns r || s, 64 bytes. The private key stays with whoever provides this. */
export type SignBytes = (message: Uint8Array) => Promise<Uint8Array>;

/** RFC 9052 section 2: COSE_Sign1. */
const COSE_SIGN1_TAG = 18;
/** RFC 9053 table 1. */
const ES256 = -7;
const NO_BYTES = new Uint8Array();
const MAX_DEPTH = 8;

const frame = (protectedBytes: Uint8Array, payload: Uint8Array, signature: Uint8Array): Uint8Array =>
  encodeCbor(new Tagged(COSE_SIGN1_TAG, [protectedBytes, new Map(), payload, signature]));

/**
 * A tagged COSE_Sign1 with ES256. `kid` goes into the protected header; a presentation has none, since the pass inside it
 * names the one key that can have signed.
 */
export const encodeSign1 = async (
  payload: Uint8Array,
  kid: Uint8Array | null,
  sign: SignBytes,
): Promise<Uint8Array> => {
  const headers = new Map<number, unknown>([[HEADER.alg, ES256]]);
  if (kid !== null) headers.set(HEADER.kid, kid);
  const protectedBytes = encodeCbor(headers);
  const signature = await sign(encodeCbor(['Signature1', protectedBytes, NO_BYTES, payload]));
  if (signature.length !== 64) throw new RangeError('an ES256 signature has 64 bytes');
  return frame(protectedBytes, payload, signature);
};

/**
 * Takes apart what {@link encodeSign1} made, and nothing else: a general COSE_Sign1 may hold unsigned headers or be encoded in
 * several ways, and then one code would have many forms. **No signature is checked here.**
 * @throws VerificationError `cose_form`
 */
export const splitSign1 = (bytes: Uint8Array, maxBytes: number): CoseSign1 => {
  const message = parseCoseSign1(bytes, { maxBytes, maxDepth: MAX_DEPTH });
  if (!equalBytes(frame(message.protectedBytes, message.payload, message.signature), bytes))
    throw new VerificationError('cose_form', 'not in the one form that a code has');
  return message;
};
