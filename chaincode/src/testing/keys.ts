import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ACTOR_TYPE, canonicalBytes, type KeyDescriptor, type KeyUse, PublicJwk } from '@anlian/contracts';

/** A key pair of a test member: what the ledger is told, and the half that signs. */
export interface TestKey {
  readonly descriptor: KeyDescriptor;
  readonly privateKey: KeyObject;
}

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

/** A fresh key for a use; a gate's key names its gate. */
export const testKey = (use: KeyUse, gate?: string): TestKey => {
  const { publicKey, privateKey } =
    use === 'log' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = PublicJwk.parse(publicKey.export({ format: 'jwk' }));
  const kid = digestOf(canonicalBytes(jwk));
  return { descriptor: { kid, use, jwk, ...(gate === undefined ? {} : { gate }) }, privateKey };
};

const part = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString('base64url');

/** A compact ES256 JWS; a hostile test replaces the header. */
export const signToken = (key: TestKey, claims: unknown, header: Record<string, unknown> = {}): string => {
  const head = { alg: 'ES256', typ: ACTOR_TYPE, kid: key.descriptor.kid, ...header };
  const signed = `${part(head)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
};
