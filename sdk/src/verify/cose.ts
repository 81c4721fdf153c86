import {
  equalBytes,
  type ImportedKey,
  keyAlgorithm,
  type SignatureAlgorithm,
  type Verify,
  verifyEdDsa,
  verifyEs256,
  verifyPs256,
} from '@anlian/chaincode/crypto';
import { VerificationError } from '@anlian/contracts';
import { type CoseHeaders, type CoseSign1, HEADER, parseCoseSign1, toBeSigned } from './coseMessage.ts';

/** A trusted key: a `KeyObject` or `CryptoKey`, under the id that messages name it by. Ids need not be unique. */
export interface CoseKey {
  readonly kid: Uint8Array;
  readonly key: ImportedKey;
}

export interface CoseOptions {
  /** Algorithms to accept. All three when absent. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /**
   * Accept the algorithm from the protected header only. Off by default, since published vectors (HCERT CO20, COSE WG
   * sign-pass-01) state it unprotected and must verify. Either way it chooses nothing: each kind of key has one algorithm.
   */
  readonly requireProtectedAlgorithm?: boolean;
  /** Longest message accepted, 65536 bytes when absent. */
  readonly maxBytes?: number;
}

/** A COSE_Sign1 whose signature held. `key` is the trusted key that made it; the unprotected headers are not signed. */
export interface VerifiedCoseSign1 {
  readonly payload: Uint8Array;
  readonly kid: Uint8Array;
  readonly key: ImportedKey;
  readonly algorithm: SignatureAlgorithm;
  readonly protectedHeaders: CoseHeaders;
  readonly unprotectedHeaders: CoseHeaders;
}

const MAX_BYTES = 65_536;
const MAX_DEPTH = 8;

/** RFC 9053 section 2 and RFC 8230 section 2: COSE numbers of the algorithms. */
const ALGORITHMS: ReadonlyMap<unknown, SignatureAlgorithm> = new Map([
  [-7, 'ES256'],
  [-37, 'PS256'],
  [-8, 'EdDSA'],
]);

const VERIFIERS: Readonly<Record<SignatureAlgorithm, Verify>> = {
  ES256: verifyEs256,
  PS256: verifyPs256,
  EdDSA: verifyEdDsa,
};

const ALL_ALGORITHMS: readonly SignatureAlgorithm[] = [...ALGORITHMS.values()];

/** RFC 9052 section 3: what the protected headers say comes before what the unprotected ones say. */
const headerOf = (message: CoseSign1, label: number): unknown =>
  message.protectedHeaders.has(label) ? message.protectedHeaders.get(label) : message.unprotectedHeaders.get(label);

const readAlgorithm = (message: CoseSign1, options: CoseOptions): SignatureAlgorithm => {
  const isProtected = message.protectedHeaders.has(HEADER.alg);
  if (options.requireProtectedAlgorithm === true && !isProtected) {
    throw new VerificationError('cose_algorithm', 'the algorithm is not in the protected header');
  }
  const algorithm = ALGORITHMS.get(headerOf(message, HEADER.alg));
  if (algorithm === undefined || !(options.algorithms ?? ALL_ALGORITHMS).includes(algorithm)) {
    throw new VerificationError('cose_algorithm', 'the algorithm is missing or not accepted');
  }
  return algorithm;
};

const readKid = (message: CoseSign1): Uint8Array => {
  const kid = headerOf(message, HEADER.kid);
  if (kid === undefined) throw new VerificationError('cose_key', 'the message names no key');
  if (!(kid instanceof Uint8Array)) throw new VerificationError('cose_form', 'the key id is not bytes');
  return kid;
};

/** Every trusted key under `kid` that is for `algorithm`. */
const selectKeys = (keys: readonly CoseKey[], kid: Uint8Array, algorithm: SignatureAlgorithm): ImportedKey[] => {
  if (!Array.isArray(keys)) throw new VerificationError('cose_key', 'the trusted keys are not a list');
  const named = keys.filter((candidate: CoseKey) => equalBytes(candidate.kid, kid));
  if (named.length === 0) throw new VerificationError('cose_key', 'no trusted key has this key id');
  const fitting = named.map(({ key }) => key).filter((key) => keyAlgorithm(key) === algorithm);
  if (fitting.length === 0) throw new VerificationError('cose_algorithm', 'the algorithm does not fit the key');
  return fitting;
};

/**
 * Verifies a COSE_Sign1 (RFC 9052 section 4.4) under trusted keys. The key id is looked for in the protected header and
 * only when it is not there in the unprotected one; every key under that id is tried.
 * @throws VerificationError `cose_form` for bytes that are no well-formed message, `cose_algorithm`, `cose_key` when no
 * trusted key is named, `cose_signature` when none of those named made the signature
 */
export const verifyCoseSign1 = async (
  bytes: Uint8Array,
  keys: readonly CoseKey[],
  options: CoseOptions = {},
): Promise<VerifiedCoseSign1> =>
  verifySign1Message(
    parseCoseSign1(bytes, { maxBytes: options.maxBytes ?? MAX_BYTES, maxDepth: MAX_DEPTH }),
    keys,
    options,
  );

/** {@link verifyCoseSign1} of a message that its reader has taken apart already. Rejects in the same way. */
export const verifySign1Message = async (
  message: CoseSign1,
  keys: readonly CoseKey[],
  options: CoseOptions,
): Promise<VerifiedCoseSign1> => {
  const algorithm = readAlgorithm(message, options);
  const kid = readKid(message);
  const candidates = selectKeys(keys, kid, algorithm);
  const signed = toBeSigned(message);
  for (const key of candidates) {
    if (await VERIFIERS[algorithm](key, signed, message.signature)) {
      const { payload, protectedHeaders, unprotectedHeaders } = message;
      return { payload, kid, key, algorithm, protectedHeaders, unprotectedHeaders };
    }
  }
  throw new VerificationError('cose_signature', 'the signature does not hold under any key of this id');
};
