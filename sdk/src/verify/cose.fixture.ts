import { generateKeyPairSync, sign } from 'node:crypto';
import { encode, Tagged } from 'cborg';
import { expect } from 'vitest';
import { type CoseKey, type CoseOptions, verifyCoseSign1 } from './index.ts';

export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ed = generateKeyPairSync('ed25519');
export const [ES256, PS256, EDDSA] = [-7, -37, -8];
export const KID = utf8('gate-1');
export const PAYLOAD = utf8('声明');

type Signer = (message: Uint8Array) => Uint8Array;
export const SIGNERS = new Map<unknown, Signer>([
  [ES256, (message) => sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })],
  [PS256, (message) => sign('sha256', message, { key: rsa.privateKey, padding: 6, saltLength: 32 })],
  [EDDSA, (message) => sign(null, message, ed.privateKey)],
]);

interface Parts {
  readonly protectedHeaders?: readonly (readonly [unknown, unknown])[];
  readonly unprotectedHeaders?: readonly (readonly [unknown, unknown])[];
  readonly protectedBytes?: Uint8Array;
  readonly signer?: Signer;
  readonly shape?: (parts: readonly unknown[]) => unknown;
}

const toMap = (entries: readonly (readonly [unknown, unknown])[]): Map<unknown, unknown> => new Map(entries);

/** A message as an issuer would sign it; each test changes one thing about it. */
export const message = (parts: Parts = {}): Uint8Array => {
  const headers = parts.protectedHeaders ?? [
    [1, ES256],
    [4, KID],
  ];
  const protectedBytes = parts.protectedBytes ?? encode(toMap(headers));
  const signer = parts.signer ?? SIGNERS.get(toMap(headers).get(1)) ?? SIGNERS.get(ES256)!;
  const signature = signer(encode(['Signature1', protectedBytes, new Uint8Array(), PAYLOAD]));
  const whole = [protectedBytes, toMap(parts.unprotectedHeaders ?? []), PAYLOAD, signature];
  return encode(parts.shape === undefined ? new Tagged(18, whole) : parts.shape(whole));
};

export const KEYS: readonly CoseKey[] = [{ kid: KID, key: ec.publicKey }];
export const ALL_KEYS: readonly CoseKey[] = [ed, rsa, ec].map(({ publicKey }) => ({ kid: KID, key: publicKey }));
export const refused = (bytes: Uint8Array, check: string, keys = KEYS, given: CoseOptions = {}) =>
  expect(verifyCoseSign1(bytes, keys, given)).rejects.toMatchObject({ name: 'VerificationError', check });
