import { type CompanyCodeClaims, MAX_CODE_BYTES, VerificationError, type WorkerPassClaims } from '@anlian/contracts';
import { verifySign1Message } from '../verify/cose.ts';
import { decodeCompanyClaims, decodePassClaims, encodeCompanyClaims, encodePassClaims } from './claims.ts';
import type { CodeKey } from './keys.ts';
import { encodeSign1, type SignBytes, splitSign1 } from './sign1.ts';

/** The longest pass that still fits, with the holder's proof around it, into a QR code of version 15-M. */
export const MAX_PASS_BYTES = 270;

const atMost = (bytes: Uint8Array, limit: number): Uint8Array => {
  if (bytes.length > limit) throw new RangeError(`${bytes.length} bytes do not fit: at most ${limit}`);
  return bytes;
};

/** A company's credit code: CWT claims in COSE_Sign1 (ES256). `RangeError` when the result would exceed 275 bytes. */
export const encodeCompanyCode = async (
  claims: CompanyCodeClaims,
  kid: Uint8Array,
  sign: SignBytes,
): Promise<Uint8Array> => atMost(await encodeSign1(encodeCompanyClaims(claims), kid, sign), MAX_CODE_BYTES);

/** A worker pass. `RangeError` when it would not leave room for the holder's proof (times after 2106 make it so). */
export const encodeWorkerPass = async (
  claims: WorkerPassClaims,
  kid: Uint8Array,
  sign: SignBytes,
): Promise<Uint8Array> => atMost(await encodeSign1(encodePassClaims(claims), kid, sign), MAX_PASS_BYTES);

/** Verifies the signature, then the claims, then that the key is the stated issuer's own and was in use at the time of issue. */
const open = async <T extends CompanyCodeClaims | WorkerPassClaims>(
  bytes: Uint8Array,
  keys: readonly CodeKey[],
  limit: number,
  decodeClaims: (payload: Uint8Array) => T,
): Promise<T> => {
  const { payload, key } = await verifySign1Message(splitSign1(bytes, limit), keys, {
    algorithms: ['ES256'],
    requireProtectedAlgorithm: true,
  });
  const claims = decodeClaims(payload);
  const owner = keys.find((candidate) => candidate.key === key);
  if (owner?.member !== claims.iss) throw new VerificationError('cose_key', 'the key is not the stated issuer’s');
  const issuedMs = claims.iat * 1000;
  if (issuedMs < owner.fromMs || (owner.toMs !== null && issuedMs >= owner.toMs))
    throw new VerificationError('key_interval', 'the key was not in use at the time of issue');
  return claims;
};

/**
 * Opens a company's credit code. Time is not judged here.
 * Rejects with `VerificationError`: `cose_form`, `cose_algorithm`, `cose_key`, `cose_signature`, `cwt_form` or `key_interval`.
 */
export const openCompanyCode = (bytes: Uint8Array, keys: readonly CodeKey[]): Promise<CompanyCodeClaims> =>
  open(bytes, keys, MAX_CODE_BYTES, decodeCompanyClaims);

/** Opens a bare worker pass (a printed badge), as {@link openCompanyCode}. */
export const openWorkerPass = (bytes: Uint8Array, keys: readonly CodeKey[]): Promise<WorkerPassClaims> =>
  open(bytes, keys, MAX_PASS_BYTES, decodePassClaims);
