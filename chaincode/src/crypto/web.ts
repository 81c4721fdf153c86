import { requireBytes } from './bytes.ts';
import { derToRaw } from './ecdsaDer.ts';
import { isCryptoKey, isKeyObject, publicMembers, requireAlgorithm } from './keys.ts';
import type { CryptoAdapter, CryptoKeyLike, PublicKey, SignatureAlgorithm, Verify } from './types.ts';

export { equalBytes } from './bytes.ts';
export { derToRaw } from './ecdsaDer.ts';
export { keyAlgorithm } from './keys.ts';
export type * from './types.ts';

const { subtle } = globalThis.crypto;

/** The type has another name in Node's types and in the DOM's; both are this parameter's. */
type NativeKey = Parameters<typeof subtle.verify>[1];

const SCHEMES = {
  ES256: {
    import: { name: 'ECDSA', namedCurve: 'P-256' },
    verify: { name: 'ECDSA', hash: 'SHA-256' },
    signatureBytes: 64,
  },
  PS256: {
    import: { name: 'RSA-PSS', hash: 'SHA-256' },
    verify: { name: 'RSA-PSS', saltLength: 32 },
    signatureBytes: undefined,
  },
  EdDSA: { import: { name: 'Ed25519' }, verify: { name: 'Ed25519' }, signatureBytes: 64 },
} as const satisfies Record<SignatureAlgorithm, object>;

/** Web Cryptography takes no view of shared memory, hence the copy. */
const copy = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

const refusingOtherKeys = async (
  algorithm: SignatureAlgorithm,
  importing: () => Promise<NativeKey>,
): Promise<NativeKey> => {
  let imported: NativeKey;
  try {
    imported = await importing();
  } catch (cause) {
    throw new TypeError(`not a public ${algorithm} key`, { cause });
  }
  requireAlgorithm(imported as CryptoKeyLike, algorithm);
  return imported;
};

const fromSpki = (der: Uint8Array, algorithm: SignatureAlgorithm): Promise<NativeKey> =>
  refusingOtherKeys(algorithm, () => subtle.importKey('spki', copy(der), SCHEMES[algorithm].import, true, ['verify']));

const toNative = async (key: PublicKey, algorithm: SignatureAlgorithm): Promise<NativeKey> => {
  requireAlgorithm(key, algorithm);
  if (isCryptoKey(key)) return key as NativeKey;
  if (isKeyObject(key)) return fromSpki(key.export({ format: 'der', type: 'spki' }), algorithm);
  return refusingOtherKeys(algorithm, () =>
    subtle.importKey('jwk', { ...publicMembers(key, algorithm) }, SCHEMES[algorithm].import, true, ['verify']),
  );
};

const verifyWith =
  (algorithm: SignatureAlgorithm): Verify =>
  async (publicKey, message, signature) => {
    requireBytes(message, 'message');
    requireBytes(signature, 'signature');
    const { verify, signatureBytes } = SCHEMES[algorithm];
    const key = await toNative(publicKey, algorithm);
    if (signatureBytes !== undefined && signature.length !== signatureBytes) return false;
    return subtle.verify(verify, key, copy(signature), copy(message));
  };

export const verifyEs256 = verifyWith('ES256');
export const verifyPs256 = verifyWith('PS256');
export const verifyEdDsa = verifyWith('EdDSA');

export const verifyEs256Der: CryptoAdapter['verifyEs256Der'] = async (publicKey, message, signature, options = {}) => {
  requireBytes(signature, 'signature');
  const raw = derToRaw(signature, options.lowS ?? false);
  return verifyEs256(publicKey, message, raw ?? new Uint8Array());
};

export const sha256: CryptoAdapter['sha256'] = async (data) => {
  requireBytes(data, 'data');
  return new Uint8Array(await subtle.digest('SHA-256', copy(data)));
};

export const hmacSha256: CryptoAdapter['hmacSha256'] = async (key, data) => {
  requireBytes(key, 'key');
  requireBytes(data, 'data');
  // RFC 2104 pads a short key with zeros, so 64 zeros are the empty key, which importKey refuses.
  const raw = key.length === 0 ? new Uint8Array(64) : copy(key);
  const imported = await subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, copy(data)));
};

export const importEd25519PublicKey: CryptoAdapter['importEd25519PublicKey'] = async (raw) => {
  requireBytes(raw, 'raw');
  return (await refusingOtherKeys('EdDSA', () =>
    subtle.importKey('raw', copy(raw), SCHEMES.EdDSA.import, true, ['verify']),
  )) as CryptoKeyLike;
};

export const importP256Jwk: CryptoAdapter['importP256Jwk'] = async (jwk) =>
  (await toNative(jwk, 'ES256')) as CryptoKeyLike;

export const importP256Spki: CryptoAdapter['importP256Spki'] = async (der) => {
  requireBytes(der, 'der');
  return (await fromSpki(der, 'ES256')) as CryptoKeyLike;
};
