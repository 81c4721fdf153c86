import { VerificationError } from '@anlian/contracts';
import { MAX_UINT63 } from './limits.ts';

/** A leaf index or tree size: `bigint`, or a `number` that holds an integer exactly. */
export type TreeInteger = bigint | number;

/**
 * Reads an index or size that came from outside. Above 2^53 a `number` has already lost digits, and a proof about one
 * leaf would pass for its neighbour, so unsafe numbers are refused.
 * @throws VerificationError `merkle_form`
 */
export const toUint63 = (value: unknown, what: string): bigint => {
  const exact = typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
  if (!exact) throw new VerificationError('merkle_form', `${what} is not an exact integer`);
  const integer = BigInt(value as TreeInteger);
  if (integer < 0n || integer > MAX_UINT63) throw new VerificationError('merkle_form', `${what} is out of range`);
  return integer;
};

/** The largest power of two smaller than n, for n above 1: where RFC 9162 section 2.1.1 splits a tree. */
export const splitPoint = (n: bigint): bigint => 1n << BigInt((n - 1n).toString(2).length - 1);
