import canonicalizeJcs from 'canonicalize';

const encoder = new TextEncoder();

/** RFC 8785 text of a JSON value. Throws on what JSON cannot carry (undefined, NaN, cycles, lone surrogates). */
export const canonicalText = (value: unknown): string => {
  const text = canonicalizeJcs(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
};

/** UTF-8 bytes of {@link canonicalText}: what is hashed, signed and put on the ledger. */
export const canonicalBytes = (value: unknown): Uint8Array => encoder.encode(canonicalText(value));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** RFC 4648 section 5 without padding. */
export const toBase64Url = (bytes: Uint8Array): string => {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    out += ALPHABET.charAt(a >> 2) + ALPHABET.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    if (b !== undefined) out += ALPHABET.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    if (c !== undefined) out += ALPHABET.charAt(c & 63);
  }
  return out;
};

const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));

/** Strict inverse of {@link toBase64Url}: padding, foreign characters and non-zero spare bits throw, so text and bytes are one to one. */
export const fromBase64Url = (text: string): Uint8Array => {
  if (text.length % 4 === 1) throw new TypeError('base64url has an impossible length');
  const out = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) throw new TypeError('base64url has a foreign character');
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  }
  if (bits > 0 && (held & ((1 << bits) - 1)) !== 0) throw new TypeError('base64url has spare bits set');
  return out;
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal. */
export const toHex = (bytes: Uint8Array): string => {
  let out = '';
  for (const byte of bytes) out += HEX[byte];
  return out;
};

/** Inverse of {@link toHex}; upper case and odd lengths throw. */
export const fromHex = (text: string): Uint8Array => {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new TypeError('not lower-case hexadecimal');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
};
