import { concatBytes } from './bytes.ts';

const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;

const lengthOf = (length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(length);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.of(0x80 | digits.length, ...digits);
};

const element = (tag: number, content: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(tag), lengthOf(content.length), content);

/** DER INTEGER of big-endian digits without sign: leading zeros go, and one comes back before a set top bit (X.690, 8.3). */
export const derUnsigned = (digits: Uint8Array): Uint8Array => {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === 0) start++;
  const shortest = digits.subarray(start);
  const signed = ((shortest[0] ?? 0) & 0x80) !== 0 ? concatBytes(Uint8Array.of(0), shortest) : shortest;
  return element(INTEGER, signed.length === 0 ? Uint8Array.of(0) : signed);
};

/** DER INTEGER of a number from 0 to the largest safe integer. */
export const derInteger = (value: number): Uint8Array => {
  const digits = new Uint8Array(8);
  new DataView(digits.buffer).setBigUint64(0, BigInt(value));
  return derUnsigned(digits);
};

export const derOctets = (bytes: Uint8Array): Uint8Array => element(OCTET_STRING, bytes);

export const derSequence = (...parts: readonly Uint8Array[]): Uint8Array => element(SEQUENCE, concatBytes(...parts));
