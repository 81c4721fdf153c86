import { type ImportedKey, importP256Jwk, sha256 } from '@anlian/chaincode/crypto';
import {
  canonicalBytes,
  Digest,
  earlierEnd,
  fromBase64Url,
  instantMs,
  type KeyDescriptor,
  type PublicJwk,
  type TrustBundle,
  toBase64Url,
} from '@anlian/contracts';

/** Bytes of a key's thumbprint that a code carries as `kid`: a hint for choosing a key, never what is trusted. */
const KID_BYTES = 8;

/** RFC 7638 SHA-256 thumbprint. {@link PublicJwk} holds the required members and nothing else. */
export const thumbprint = async (jwk: PublicJwk): Promise<Digest> =>
  Digest.parse(toBase64Url(await sha256(canonicalBytes(jwk))));

/** The `kid` of a code: the first 8 bytes of the key's thumbprint. */
export const kidOf = (keyThumbprint: Digest): Uint8Array => fromBase64Url(keyThumbprint).slice(0, KID_BYTES);

/** A governor's code key, with the time in which it may issue. */
export interface CodeKey {
  readonly member: string;
  readonly kid: Uint8Array;
  readonly key: ImportedKey;
  readonly fromMs: number;
  /** Exclusive; null while the key is in use. */
  readonly toMs: number | null;
}

/** A `code` key of a member as the verifying functions take it. `TypeError` when the key is no P-256 key. */
export const codeKey = async (
  member: string,
  descriptor: KeyDescriptor,
  from: string,
  to: string | null,
): Promise<CodeKey> => ({
  member,
  kid: kidOf(descriptor.kid),
  key: await importP256Jwk(descriptor.jwk),
  fromMs: instantMs(from),
  toMs: to === null ? null : instantMs(to),
});

/**
 * The code keys of every governor in a trust bundle; those of an expelled one end with its membership. A key reported compromised is left out altogether: its holder can
 * write any time of issue into a code, and nothing outside the code says when it was made.
 */
export const codeKeysOfTrust = (trust: TrustBundle): Promise<CodeKey[]> =>
  Promise.all(
    trust.members
      .filter((member) => member.kind === 'governor')
      .flatMap((member) =>
        member.keys
          .filter(({ key, compromisedSince }) => key.use === 'code' && compromisedSince === null)
          .map(({ key, from, to }) => codeKey(member.member, key, from, earlierEnd(to, member.to))),
      ),
  );
