import { createPrivateKey, sign as signBytes } from 'node:crypto';
import { derToRaw } from '@anlian/chaincode/crypto';
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

const INTEGER_BYTES = 32;

/** The twin of `s` in the other half. */
const twinOf = (s: Uint8Array): Uint8Array => {
  const twin = ORDER - BigInt(`0x${Buffer.from(s).toString('hex')}`);
  return Buffer.from(twin.toString(16).padStart(2 * INTEGER_BYTES, '0'), 'hex');
};

/** Fabric refuses an s of the upper half, else anybody could make a second valid signature. */
const toLowS = (der: Uint8Array): Uint8Array => {
  const high = derToRaw(der, true) === undefined ? derToRaw(der, false) : undefined;
  if (high === undefined) return der;
  const [r, s] = [high.subarray(0, INTEGER_BYTES), high.subarray(INTEGER_BYTES)];
  return derSequence(derUnsigned(r), derUnsigned(twinOf(s)));
};

/** Signs with a PKCS#8 PEM key of P-256. Throws on any other key. */
export const signerOf = (keyPem: string): LedgerIdentity['sign'] => {
  const key = createPrivateKey(keyPem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('an MSP key is an EC key of P-256');
  // Inside an object of options the key would cost as much as the signature: it is looked at in vain twice.
  return async (message) => toLowS(signBytes('sha256', message, key));
};
