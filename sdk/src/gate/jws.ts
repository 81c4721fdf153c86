import { verifyEs256 } from '@anlian/chaincode/crypto';
import { canonicalBytes, fromBase64Url, type KeyDescriptor, toBase64Url } from '@anlian/contracts';
import * as z from 'zod';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** What is signed: protected header and claims in canonical JSON, RFC 7515 section 5.1. */
export const signingInput = (typ: string, kid: string, claims: unknown): string =>
  `${toBase64Url(canonicalBytes({ alg: 'ES256', kid, typ }))}.${toBase64Url(canonicalBytes(claims))}`;

/** The compact JWS of a {@link signingInput} and its 64-byte signature. */
export const attachSignature = (input: string, signature: Uint8Array): string => `${input}.${toBase64Url(signature)}`;

/** Nothing else may be in a header of ours: no `crit`, no `jwk`, no other algorithm. */
const Header = z.strictObject({ alg: z.literal('ES256'), kid: z.string(), typ: z.string() });

/**
 * The claims of a compact JWS of a type, signed by one of the keys. `TypeError` that says what was wrong otherwise; the claims are
 * not parsed further.
 */
export const openJws = async (jws: string, typ: string, keys: readonly KeyDescriptor[]): Promise<unknown> => {
  const [header = '', claims = '', signature = '', ...rest] = jws.split('.');
  if (rest.length > 0 || signature === '') throw new TypeError('not a compact JWS');
  const parsed = Header.safeParse(JSON.parse(decoder.decode(fromBase64Url(header))));
  if (!parsed.success || parsed.data.typ !== typ) throw new TypeError(`not an ES256 JWS of type ${typ}`);
  const key = keys.find(({ kid }) => kid === parsed.data.kid);
  if (key === undefined) throw new TypeError('signed by an unknown key');
  if (!(await verifyEs256(key.jwk, encoder.encode(`${header}.${claims}`), fromBase64Url(signature))))
    throw new TypeError('the signature does not hold');
  return JSON.parse(decoder.decode(fromBase64Url(claims)));
};
