import { constants, createHmac, createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { requireBytes } from './bytes.ts';
import { derToRaw } from './ecdsaDer.ts';
import { isCryptoKey, isKeyObject, publicMembers, requireAlgorithm } from './keys.ts';
import type { CryptoAdapter, Jwk, KeyObjectLike, SignatureAlgorithm, Verify } from './types.ts';
import * as web from './web.ts';

export { equalBytes } from './bytes.ts';
export { keyAlgorithm } from './keys.ts';
export type * from './types.ts';

const SCHEMES = {
  ES256: { digest: 'sha256', parameters: { dsaEncoding: 'ieee-p1363' }, signatureBytes: 64 },
  PS256: {
    digest: 'sha256',
    parameters: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    signatureBytes: undefined,
  },
  EdDSA: { digest: null, parameters: {}, signatureBytes: 64 },
} as const satisfies Record<SignatureAlgorithm, object>;

const fromJwk = (jwk: Jwk, algorithm: SignatureAlgorithm): KeyObject => {
  try {
    return createPublicKey({ key: { ...publicMembers(jwk, algorithm) }, format: 'jwk' });
  } catch (cause) {
    throw new TypeError(`not a public ${algorithm} key`, { cause });
  }
};

/** The algorithm is asked for twice: only the imported key knows its modulus length. */
const toKeyObject = (key: KeyObjectLike | Jwk, algorithm: SignatureAlgorithm): KeyObject => {
  requireAlgorithm(key, algorithm);
  if (isKeyObject(key)) return key as KeyObject;
  const imported = fromJwk(key, algorithm);
  requireAlgorithm(imported, algorithm);
  return imported;
};

/** Node deprecates turning a `CryptoKey` that may not be exported into a `KeyObject`, so such keys keep to Web Cryptography. */
const verifyWith = (algorithm: SignatureAlgorithm, verifyByCryptoKey: Verify): Verify => {
  const { digest, parameters, signatureBytes } = SCHEMES[algorithm];
  return async (publicKey, message, signature) => {
    if (isCryptoKey(publicKey)) return verifyByCryptoKey(publicKey, message, signature);
    requireBytes(message, 'message');
    requireBytes(signature, 'signature');
    const key = toKeyObject(publicKey, algorithm);
    if (signatureBytes !== undefined && signature.length !== signatureBytes) return false;
    return verify(digest, message, { key, ...parameters }, signature);
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
  return toKeyObject(key, 'ES256');
};
