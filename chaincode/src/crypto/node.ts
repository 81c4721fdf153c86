import { constants, createHmac, createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { requireBytes } from './bytes.ts';
import { derToRaw, rawToDer } from './ecdsaDer.ts';
import { isCryptoKey, isKeyObject, publicMembers, remember, requireAlgorithm } from './keys.ts';
import type { CryptoAdapter, Jwk, KeyObjectLike, SignatureAlgorithm, Verify } from './types.ts';
import * as web from './web.ts';

export { equalBytes } from './bytes.ts';
export { derToRaw } from './ecdsaDer.ts';
export { keyAlgorithm } from './keys.ts';
export type * from './types.ts';

interface Scheme {
  readonly signatureBytes: number | undefined;
  /** The signature already has the length that `signatureBytes` states. */
  readonly holds: (key: KeyObject, message: Uint8Array, signature: Uint8Array) => boolean;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

/**
 * A key inside an object of options costs `verify` two exceptions before it looks there (a third of the time of an ES256
 * verification), so the key goes alone where that can be, and r || s as DER.
 */
const SCHEMES: Readonly<Record<SignatureAlgorithm, Scheme>> = {
  ES256: {
    signatureBytes: 64,
    holds: (key, message, signature) => verify('sha256', message, key, rawToDer(signature)),
  },
  PS256: {
    signatureBytes: undefined,
    holds: (key, message, signature) => verify('sha256', message, { key, ...PSS }, signature),
  },
  EdDSA: { signatureBytes: 64, holds: (key, message, signature) => verify(null, message, key, signature) },
};

/** SubjectPublicKeyInfo up to the key's own bytes: RFC 5480 with an uncompressed point, RFC 8410. */
const SPKI_PREFIX = {
  ES256: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
  EdDSA: Buffer.from('302a300506032b6570032100', 'hex'),
} as const;

/** As PEM, which goes without an object of options, and is imported in half the time of a JWK. */
const toPem = ({ x = '', y = '' }: Jwk, prefix: Buffer): string => {
  const der = Buffer.concat([prefix, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----`;
};

/** Keys that were imported lately, by their PEM: to import one takes as long as half a verification. */
const imported = new Map<string, KeyObject>();
const MAX_IMPORTED = 1_000;

const fromPem = (pem: string): KeyObject => {
  const key = imported.get(pem) ?? createPublicKey(pem);
  if (imported.size >= MAX_IMPORTED) imported.clear();
  imported.set(pem, key);
  return key;
};

const fromJwk = (jwk: Jwk, algorithm: SignatureAlgorithm): KeyObject => {
  const members = publicMembers(jwk, algorithm);
  if (algorithm === 'PS256') return createPublicKey({ key: { ...members }, format: 'jwk' });
  return remember(fromPem(toPem(members, SPKI_PREFIX[algorithm])), algorithm);
};

const toKeyObject = (key: KeyObjectLike | Jwk, algorithm: SignatureAlgorithm): KeyObject => {
  requireAlgorithm(key, algorithm);
  if (isKeyObject(key)) return key as KeyObject;
  let fresh: KeyObject;
  try {
    fresh = fromJwk(key, algorithm);
  } catch (cause) {
    throw new TypeError(`not a public ${algorithm} key`, { cause });
  }
  // Only the imported key knows its modulus length.
  requireAlgorithm(fresh, algorithm);
  return fresh;
};

/** Node deprecates turning a `CryptoKey` that may not be exported into a `KeyObject`, so such keys keep to Web Cryptography. */
const verifyWith = (algorithm: SignatureAlgorithm, verifyByCryptoKey: Verify): Verify => {
  const { holds, signatureBytes } = SCHEMES[algorithm];
  return async (publicKey, message, signature) => {
    if (isCryptoKey(publicKey)) return verifyByCryptoKey(publicKey, message, signature);
    requireBytes(message, 'message');
    requireBytes(signature, 'signature');
    const key = toKeyObject(publicKey, algorithm);
    if (signatureBytes !== undefined && signature.length !== signatureBytes) return false;
    return holds(key, message, signature);
  };
};

export const verifyEs256 = verifyWith('ES256', web.verifyEs256);
export const verifyPs256 = verifyWith('PS256', web.verifyPs256);
export const verifyEdDsa = verifyWith('EdDSA', web.verifyEdDsa);

export const verifyEs256Der: CryptoAdapter['verifyEs256Der'] = async (publicKey, message, signature, options = {}) => {
  requireBytes(signature, 'signature');
  const raw = derToRaw(signature, options.lowS ?? false);
  return verifyEs256(publicKey, message, raw ?? new Uint8Array());
};

export const sha256: CryptoAdapter['sha256'] = async (data) => {
  requireBytes(data, 'data');
  return new Uint8Array(hash('sha256', data, 'buffer'));
};

export const hmacSha256: CryptoAdapter['hmacSha256'] = async (key, data) => {
  requireBytes(key, 'key');
  requireBytes(data, 'data');
  return new Uint8Array(createHmac('sha256', key).update(data).digest());
};

export const importEd25519PublicKey: CryptoAdapter['importEd25519PublicKey'] = async (raw) => {
  requireBytes(raw, 'raw');
  return toKeyObject({ kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, 'EdDSA');
};

export const importP256Jwk: CryptoAdapter['importP256Jwk'] = async (jwk) => toKeyObject(jwk, 'ES256');

export const importP256Spki: CryptoAdapter['importP256Spki'] = async (der) => {
  requireBytes(der, 'der');
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new TypeError('not a public ES256 key', { cause });
  }
  return remember(toKeyObject(key, 'ES256'), 'ES256');
};
