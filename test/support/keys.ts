import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalBytes, canonicalText, type KeyDescriptor, type KeyUse, PublicJwk } from '@anlian/contracts';

/** A member's key pair: what the ledger is told of it, and the half that signs. */
export interface MemberKey {
  readonly descriptor: KeyDescriptor;
  readonly privateKey: KeyObject;
  /** Ed25519, or ES256 as r || s. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

const sha256Text = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64url');

/** A private key and how it signs: Ed25519, or ES256 as r || s. */
export const holding = (privateKey: KeyObject): Pick<MemberKey, 'privateKey' | 'sign'> => ({
  privateKey,
  sign: (message) =>
    new Uint8Array(
      privateKey.asymmetricKeyType === 'ed25519'
        ? sign(null, message, privateKey)
        : sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
    ),
});

/** A fresh key for a use; a gate's key names its gate. */
export const memberKey = (use: KeyUse, gate?: string): MemberKey => {
  const { publicKey, privateKey } =
    use === 'log' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = PublicJwk.parse(publicKey.export({ format: 'jwk' }));
  return {
    descriptor: { kid: sha256Text(canonicalBytes(jwk)), use, jwk, ...(gate === undefined ? {} : { gate }) },
    ...holding(privateKey),
  };
};

/** A compact ES256 JWS over a text as it is. */
export const jwsOver = ({ descriptor, sign: signBytes }: MemberKey, typ: string, text: string): string => {
  const segment = (part: string) => Buffer.from(part).toString('base64url');
  const input = `${segment(canonicalText({ alg: 'ES256', kid: descriptor.kid, typ }))}.${segment(text)}`;
  return `${input}.${Buffer.from(signBytes(Buffer.from(input))).toString('base64url')}`;
};

/** A compact JWS over claims in canonical form. */
export const jwsBy = (key: MemberKey, typ: string, claims: unknown): string => jwsOver(key, typ, canonicalText(claims));
