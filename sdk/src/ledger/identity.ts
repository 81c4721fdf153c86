import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { derSequence, derUnsigned } from './codec/der.ts';

/** Who a process is on the ledger: a certificate of its MSP, and its key behind `sign`. */
export interface LedgerIdentity {
  readonly mspId: string;
  readonly certPem: string;
  /** ECDSA P-256 with SHA-256 over the message: DER, low S. */
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

/** Order of P-256 (SEC 2, section 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
const toBytes = (value: bigint): Uint8Array => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

/** The twin of `s` in the lower half: Fabric refuses the upper one, else anybody could make a second valid signature. */
const lowerHalf = (s: Uint8Array): Uint8Array => {
  const value = toBigInt(s);
  return value > ORDER / 2n ? toBytes(ORDER - value) : s;
};

/** Signs with a PKCS#8 PEM key of P-256. Throws on any other key. */
export const signerOf = (keyPem: string): LedgerIdentity['sign'] => {
  const key = createPrivateKey(keyPem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('an MSP key is an EC key of P-256');
  return async (message) => {
    const raw = signBytes('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
    return derSequence(derUnsigned(raw.subarray(0, 32)), derUnsigned(lowerHalf(raw.subarray(32))));
  };
};
