import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalBytes, type KeyDescriptor, type KeyUse, PublicJwk } from '@anlian/contracts';

/** A member's key pair: what the ledger is told of it, and the half that signs. */
export interface MemberKey {
  readonly descriptor: KeyDescriptor;
  readonly privateKey: KeyObject;
  /** Ed25519, or ES256 as r || s. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export const sha256Text = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('base64url');

/** A fresh key for a use; a gate's key names its gate. */
export const memberKey = (use: KeyUse, gate?: string): MemberKey => {
  const { publicKey, privateKey } =
    use === 'log' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = PublicJwk.parse(publicKey.export({ format: 'jwk' }));
  return {
    descriptor: { kid: sha256Text(canonicalBytes(jwk)), use, jwk, ...(gate === undefined ? {} : { gate }) },
    privateKey,
    sign: (message) =>
      new Uint8Array(
        use === 'log'
          ? sign(null, message, privateKey)
          : sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
      ),
  };
};

/** A compact JWS with header and claims in canonical form. */
export const jwsBy = ({ descriptor, sign: signBytes }: MemberKey, typ: string, claims: unknown): string => {
  const segment = (value: unknown) => Buffer.from(canonicalBytes(value)).toString('base64url');
  const input = `${segment({ alg: 'ES256', kid: descriptor.kid, typ })}.${segment(claims)}`;
  return `${input}.${Buffer.from(signBytes(Buffer.from(input))).toString('base64url')}`;
};
