/**
 * QR digits: bytes as decimal digits, so that a QR code holds them in numeric mode and a URL fragment does not alter them.
 * Each 15 bytes become 37 zero-padded digits; a rest of n bytes becomes ceil(n x log10 256) digits.
 */
const CHUNK_BYTES = 15;
const CHUNK_DIGITS = 37;

const digitsFor = (bytes: number): number => Math.ceil(bytes * Math.log10(256));
/** Rest length in bytes by its length in digits. The lengths differ, so the inverse is a function. */
const REST_BYTES = new Map(Array.from({ length: CHUNK_BYTES }, (_, bytes) => [digitsFor(bytes), bytes]));

/** Longest text that is looked at: a version-40 QR code holds 7,089 digits. */
export const MAX_DIGITS = 7_089;

/** Bytes as decimal digits. */
export const toDigits = (bytes: Uint8Array): string => {
  let out = '';
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const chunk = bytes.subarray(at, at + CHUNK_BYTES);
    const value = chunk.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    out += value.toString().padStart(chunk.length === CHUNK_BYTES ? CHUNK_DIGITS : digitsFor(chunk.length), '0');
  }
  return out;
};

/** Inverse of {@link toDigits}. Throws RangeError for anything that it could not have made, so digits and bytes are one to one. */
export const fromDigits = (digits: string): Uint8Array => {
  if (digits.length > MAX_DIGITS) throw new RangeError('too many digits');
  if (!/^\d*$/.test(digits)) throw new RangeError('not decimal digits');
  const restBytes = REST_BYTES.get(digits.length % CHUNK_DIGITS);
  if (restBytes === undefined) throw new RangeError('impossible number of digits');
  const out = new Uint8Array(Math.floor(digits.length / CHUNK_DIGITS) * CHUNK_BYTES + restBytes);
  const chunkBytes = new DataView(new ArrayBuffer(16));
  for (let at = 0, to = 0; at < digits.length; at += CHUNK_DIGITS) {
    const chunk = digits.slice(at, at + CHUNK_DIGITS);
    const length = chunk.length === CHUNK_DIGITS ? CHUNK_BYTES : restBytes;
    const value = BigInt(chunk);
    if (value >> BigInt(8 * length) !== 0n) throw new RangeError('digits exceed their bytes');
    chunkBytes.setBigUint64(0, value >> 64n);
    chunkBytes.setBigUint64(8, value);
    out.set(new Uint8Array(chunkBytes.buffer, 16 - length), to);
    to += length;
  }
  return out;
};
