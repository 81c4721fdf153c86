import { type CheckName, VerificationError } from '@anlian/contracts';

/** Bounds on a JSON text from outside. `maxParts` counts commas and brackets outside strings: what makes parsing costly. */
export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxParts: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: readonly number[] = [0x5b, 0x7b];
const CLOSING: readonly number[] = [0x5d, 0x7d];
const COMMA = 0x2c;

/** Walks the bytes once, without building anything: a few megabytes can spell a million values, or a nest as deep. */
const isModest = (bytes: Uint8Array, { maxDepth, maxParts }: JsonLimits): boolean => {
  let depth = 0;
  let parts = 0;
  let isInString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isInString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInString = false;
      continue;
    }
    if (byte === QUOTE) isInString = true;
    if (OPENING.includes(byte)) depth++;
    if (CLOSING.includes(byte)) depth--;
    if (byte === COMMA || OPENING.includes(byte)) parts++;
    if (depth > maxDepth || parts > maxParts) return false;
  }
  return true;
};

/**
 * Parses JSON in UTF-8 from hostile bytes. Duplicate keys pass here: who needs one spelling compares with the canonical one.
 * @throws VerificationError `check`, never quoting the input
 */
export const parseJson = (bytes: Uint8Array, limits: JsonLimits, check: CheckName): unknown => {
  if (!(bytes instanceof Uint8Array)) throw new VerificationError(check, 'the file is not bytes');
  if (bytes.length > limits.maxBytes)
    throw new VerificationError(check, `the file is longer than ${limits.maxBytes} bytes`);
  if (!isModest(bytes, limits)) throw new VerificationError(check, 'the file has more parts than any honest one');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw new VerificationError(check, 'the file is not JSON in UTF-8');
  }
};
