import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  CODE_KINDS,
  type CompanyCodeClaims,
  fromBase64Url,
  type PublicJwk,
  type WorkerPassClaims,
} from '@anlian/contracts';
import { type CodeKey, codeKey, kidOf, thumbprint } from './keys.ts';
import type { SignBytes } from './sign1.ts';

/** Test support: a P-256 key pair as a governor, a phone or a gate holds it. */
export interface Signer {
  readonly jwk: Extract<PublicJwk, { kty: 'EC' }>;
  readonly privateKey: KeyObject;
  readonly sign: SignBytes;
}

export const signer = (): Signer => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return {
    jwk: { kty: 'EC', crv: 'P-256', x, y },
    privateKey,
    sign: async (message) => new Uint8Array(sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
};

export interface Issuer extends Signer {
  readonly member: string;
  readonly kid: Uint8Array;
  readonly key: CodeKey;
}

export const issuer = async (
  member: string,
  from = '2026-01-01T00:00:00.000Z',
  to: string | null = null,
): Promise<Issuer> => {
  const keys = signer();
  const kid = await thumbprint(keys.jwk);
  const key = await codeKey(member, { kid, use: 'code', jwk: keys.jwk }, from, to);
  return { ...keys, member, kid: kidOf(kid), key };
};

/** The longest member id, and the longest way to name a company. */
export const LONGEST_MEMBER = `hengyuan-port-group-${'x'.repeat(12)}`;
export const LONGEST_COMPANY = `cmt_${'A'.repeat(43)}`;
export const DINGGU = '91990101MAAA00039J';
/** 2026-11-22T08:00:00+08:00, in seconds. */
export const NOW_SECONDS = Date.parse('2026-11-22T00:00:00.000Z') / 1000;

export const companyClaims = (changes: Partial<CompanyCodeClaims> = {}): CompanyCodeClaims => ({
  kind: CODE_KINDS.company,
  iss: 'hengyuan',
  sub: DINGGU,
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 86_400,
  cti: new Uint8Array(16).fill(7),
  score: 89,
  policyHash: new Uint8Array(32).fill(9),
  height: 41,
  ...changes,
});

export const passClaims = (phone: Signer, changes: Partial<WorkerPassClaims> = {}): WorkerPassClaims => ({
  kind: CODE_KINDS.pass,
  iss: 'hengyuan',
  sub: DINGGU,
  iat: NOW_SECONDS,
  exp: NOW_SECONDS + 30 * 86_400,
  cti: new Uint8Array(16).fill(3),
  cnf: { x: fromBase64Url(phone.jwk.x), y: fromBase64Url(phone.jwk.y) },
  ...changes,
});
