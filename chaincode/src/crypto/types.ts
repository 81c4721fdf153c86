/** The signature algorithms of the project, by their JOSE names (RFC 7518, RFC 8037); COSE numbers are in the verifier. */
export type SignatureAlgorithm = 'ES256' | 'PS256' | 'EdDSA';

/** The part of Node's `KeyObject` that verification needs, written out so that a browser build needs no Node types. */
export interface KeyObjectLike {
  readonly type: 'secret' | 'public' | 'private';
  readonly asymmetricKeyType?: string | undefined;
  readonly asymmetricKeyDetails?:
    | { readonly namedCurve?: string | undefined; readonly modulusLength?: number | undefined }
    | undefined;
  export(options: { readonly format: 'der'; readonly type: 'spki' }): Uint8Array;
}

/** The part of a Web Cryptography `CryptoKey` that verification needs. */
export interface CryptoKeyLike {
  readonly type: string;
  readonly usages: readonly string[];
  readonly algorithm: { readonly name: string };
}

/** A public JSON Web Key (RFC 7517): EC P-256, OKP Ed25519, or RSA. */
export interface Jwk {
  readonly kty?: string | undefined;
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  readonly n?: string | undefined;
  readonly e?: string | undefined;
  readonly alg?: string | undefined;
  readonly use?: string | undefined;
  readonly d?: string | undefined;
}

/** A key that was imported once and can be used many times. */
export type ImportedKey = KeyObjectLike | CryptoKeyLike;

export type PublicKey = ImportedKey | Jwk;

/** Verifies `signature` over `message`: false for any signature that does not hold, `TypeError` for a key of another kind. */
export type Verify = (publicKey: PublicKey, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;

/** What both implementations of `@anlian/chaincode/crypto` export. */
export interface CryptoAdapter {
  /** SHA-256, FIPS 180-4: 32 bytes. */
  sha256(data: Uint8Array): Promise<Uint8Array>;
  /** HMAC-SHA-256, RFC 2104: 32 bytes. Any key length, the empty one included. */
  hmacSha256(key: Uint8Array, data: Uint8Array): Promise<Uint8Array>;
  /** ECDSA P-256 with SHA-256, signature as 64 bytes r || s (RFC 7518 section 3.4, RFC 9053 section 2.1). */
  verifyEs256: Verify;
  /** The same with a DER signature, as X.509 and Fabric write it; `lowS` refuses the upper half of s, as Fabric does. */
  verifyEs256Der(
    publicKey: PublicKey,
    message: Uint8Array,
    signature: Uint8Array,
    options?: { readonly lowS?: boolean },
  ): Promise<boolean>;
  /** RSASSA-PSS with SHA-256 and a 32-byte salt (RFC 7518 section 3.5); moduli of 2048 to 8192 bits. */
  verifyPs256: Verify;
  /** Ed25519 (RFC 8032), signature of 64 bytes. */
  verifyEdDsa: Verify;
  /** The 32 bytes of RFC 8032 section 5.1.2. `TypeError` when they are not a key. */
  importEd25519PublicKey(raw: Uint8Array): Promise<ImportedKey>;
  /** A public EC P-256 JWK. `TypeError` when it is another kind, private, or off the curve. */
  importP256Jwk(jwk: Jwk): Promise<ImportedKey>;
  /** DER SubjectPublicKeyInfo (RFC 5480) of an EC P-256 key. `TypeError` otherwise. */
  importP256Spki(der: Uint8Array): Promise<ImportedKey>;
  /** The one algorithm the key is for, or undefined when it is none of ours (private, too short, another curve). */
  keyAlgorithm(key: PublicKey): SignatureAlgorithm | undefined;
  /** r || s, 64 bytes, of a P-256 signature in strict DER; undefined for any other bytes, and with `lowS` for a high s. */
  derToRaw(der: Uint8Array, lowS: boolean): Uint8Array | undefined;
  /** True when both hold the same bytes; the time taken does not depend on where they differ. */
  equalBytes(a: Uint8Array, b: Uint8Array): boolean;
}
