/** Half the order of P-256 (SEC 2, section 2.4.2), big-endian. An s above it has a twin below it that verifies as well. */
const HALF_ORDER = Uint8Array.from(
  '7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);

const isAbove = (a: Uint8Array, b: Uint8Array): boolean => {
  for (const [at, byte] of a.entries()) {
    const other = b[at] ?? 0;
    if (byte !== other) return byte > other;
  }
  return false;
};

/** Reads one DER INTEGER at `at`: positive, in its shortest form, of at most 32 significant bytes. */
const readInteger = (der: Uint8Array, at: number): { value: Uint8Array; next: number } | undefined => {
  const length = der[at + 1];
  if (der[at] !== 0x02 || length === undefined || length < 1 || length > 33) return undefined;
  const content = der.subarray(at + 2, at + 2 + length);
  if (content.length !== length) return undefined;
  const [first = 0, second = 0] = content;
  if (first & 0x80) return undefined;
  if (length > 1 && first === 0 && !(second & 0x80)) return undefined;
  const digits = first === 0 && length > 1 ? content.subarray(1) : content;
  if (digits.length > 32) return undefined;
  const value = new Uint8Array(32);
  value.set(digits, 32 - digits.length);
  return { value, next: at + 2 + length };
};

/**
 * Turns the strict DER form `SEQUENCE { INTEGER r, INTEGER s }` of a P-256 signature into r || s, 64 bytes. Undefined
 * for any other bytes, and with `lowS` for an s in the upper half: otherwise anybody could make a second valid form of a
 * signature without the key.
 */
export const derToRaw = (der: Uint8Array, lowS: boolean): Uint8Array | undefined => {
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = readInteger(der, 2);
  const s = r && readInteger(der, r.next);
  if (r === undefined || s === undefined || s.next !== der.length) return undefined;
  if (lowS && isAbove(s.value, HALF_ORDER)) return undefined;
  const raw = new Uint8Array(64);
  raw.set(r.value, 0);
  raw.set(s.value, 32);
  return raw;
};

const HALF_BYTES = 32;
const MAX_DER_BYTES = 72;

/** Inverse of {@link derToRaw}: the strict DER form of r || s, 64 bytes. */
export const rawToDer = (raw: Uint8Array): Uint8Array => {
  const der = new Uint8Array(MAX_DER_BYTES);
  let at = 2;
  for (const start of [0, HALF_BYTES]) {
    const end = start + HALF_BYTES;
    let first = start;
    while (first < end - 1 && raw[first] === 0) first++;
    // A number whose first bit is set would read as negative: a zero goes before it.
    const zeros = (raw[first] ?? 0) & 0x80 ? 1 : 0;
    der[at] = 0x02;
    der[at + 1] = zeros + end - first;
    der.set(raw.subarray(first, end), at + 2 + zeros);
    at += 2 + zeros + end - first;
  }
  der[0] = 0x30;
  der[1] = at - 2;
  return der.subarray(0, at);
};
