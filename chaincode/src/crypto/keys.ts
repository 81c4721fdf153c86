import type { CryptoKeyLike, Jwk, KeyObjectLike, PublicKey, SignatureAlgorithm } from './types.ts';

const isObject = (key: unknown): key is object => typeof key === 'object' && key !== null;

export const isKeyObject = (key: PublicKey): key is KeyObjectLike =>
  isObject(key) && 'export' in key && typeof key.export === 'function';

export const isCryptoKey = (key: PublicKey): key is CryptoKeyLike =>
  isObject(key) && 'usages' in key && 'algorithm' in key;

/** NIST SP 800-131A wants 2048 bits; the upper bound keeps one verification from taking seconds. */
const fitsRsa = (modulusLength: unknown): boolean =>
  typeof modulusLength === 'number' && modulusLength >= 2048 && modulusLength <= 8192;

/** Keys that were made from a JWK of one known algorithm: to ask the key itself takes a quarter of a verification. */
const known = new WeakMap<KeyObjectLike, SignatureAlgorithm>();

const ofKeyObject = (key: KeyObjectLike): SignatureAlgorithm | undefined => {
  const algorithm = known.get(key);
  if (algorithm !== undefined) return algorithm;
  if (key.type !== 'public') return undefined;
  const details = key.asymmetricKeyDetails;
  switch (key.asymmetricKeyType) {
    case 'ec':
      return details?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
    case 'rsa':
      return fitsRsa(details?.modulusLength) ? 'PS256' : undefined;
    case 'ed25519':
      return 'EdDSA';
    default:
      return undefined;
  }
};

const ofCryptoKey = (key: CryptoKeyLike): SignatureAlgorithm | undefined => {
  if (key.type !== 'public' || !key.usages.includes('verify')) return undefined;
  const algorithm: { name: string; namedCurve?: string; modulusLength?: number; hash?: { name?: string } } =
    key.algorithm;
  switch (algorithm.name) {
    case 'ECDSA':
      return algorithm.namedCurve === 'P-256' ? 'ES256' : undefined;
    case 'RSA-PSS':
      return algorithm.hash?.name === 'SHA-256' && fitsRsa(algorithm.modulusLength) ? 'PS256' : undefined;
    case 'Ed25519':
      return 'EdDSA';
    default:
      return undefined;
  }
};

const COORDINATE = /^[A-Za-z0-9_-]{43}$/;
const MODULUS = /^[A-Za-z0-9_-]{342,1366}$/;
const EXPONENT = /^[A-Za-z0-9_-]{2,6}$/;

interface PublicMembers {
  kty: string;
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
}

/** The public members of each kind of key we take, in the one form that both implementations import alike. */
const PUBLIC_MEMBERS: Readonly<Record<SignatureAlgorithm, (jwk: Jwk) => PublicMembers | undefined>> = {
  ES256: ({ x = '', y = '' }) =>
    COORDINATE.test(x) && COORDINATE.test(y) ? { kty: 'EC', crv: 'P-256', x, y } : undefined,
  PS256: ({ n = '', e = '' }) => (MODULUS.test(n) && EXPONENT.test(e) ? { kty: 'RSA', n, e } : undefined),
  EdDSA: ({ x = '' }) => (COORDINATE.test(x) ? { kty: 'OKP', crv: 'Ed25519', x } : undefined),
};

const KINDS: Readonly<Record<string, SignatureAlgorithm>> = {
  'EC P-256': 'ES256',
  RSA: 'PS256',
  'OKP Ed25519': 'EdDSA',
};

const ofJwk = (jwk: Jwk): SignatureAlgorithm | undefined => {
  const kind = jwk.crv === undefined ? `${jwk.kty}` : `${jwk.kty} ${jwk.crv}`;
  const algorithm = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (algorithm === undefined || jwk.d !== undefined) return undefined;
  if (jwk.alg !== undefined && jwk.alg !== algorithm && !(jwk.alg === 'Ed25519' && algorithm === 'EdDSA'))
    return undefined;
  if (jwk.use !== undefined && jwk.use !== 'sig') return undefined;
  return PUBLIC_MEMBERS[algorithm](jwk) === undefined ? undefined : algorithm;
};

/** See `CryptoAdapter.keyAlgorithm`. */
export const keyAlgorithm = (key: PublicKey): SignatureAlgorithm | undefined => {
  if (!isObject(key)) return undefined;
  if (isKeyObject(key)) return ofKeyObject(key);
  if (isCryptoKey(key)) return ofCryptoKey(key);
  return ofJwk(key);
};

/** The public members of `jwk`, and nothing else, for import; call it only when {@link keyAlgorithm} named `algorithm`. */
export const publicMembers = (jwk: Jwk, algorithm: SignatureAlgorithm): PublicMembers => {
  const members = PUBLIC_MEMBERS[algorithm](jwk);
  if (members === undefined) throw new TypeError(`not a public ${algorithm} key`);
  return members;
};

/** Notes what `key` was made from, when nothing else can be wrong with it. */
export const remember = <K extends KeyObjectLike>(key: K, algorithm: SignatureAlgorithm): K => {
  known.set(key, algorithm);
  return key;
};

/** Refuses a key of another kind before any cryptography, so that a caller cannot confuse algorithms. */
export const requireAlgorithm = (key: PublicKey, algorithm: SignatureAlgorithm): void => {
  if (keyAlgorithm(key) !== algorithm) throw new TypeError(`not a public ${algorithm} key`);
};
