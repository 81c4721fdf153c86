import { type CheckName, VerificationError } from '@anlian/contracts';
import { decode, Tagged } from 'cborg';

/** Bounds on one CBOR item (RFC 8949). `maxDepth` counts arrays, maps and tags around the innermost item. */
export interface CborLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const KEY_MAJORS: readonly number[] = [MAJOR.unsigned, MAJOR.negative, MAJOR.text];

/** Additional information 24 to 27 announces an argument of so many bytes (RFC 8949 section 3). */
const ARGUMENT_BYTES: Readonly<Record<number, number>> = { 24: 1, 25: 2, 26: 4, 27: 8 };

class CborFault extends Error {}

const refuse = (detail: string): never => {
  throw new CborFault(detail);
};

interface Head {
  readonly major: number;
  readonly info: number;
  readonly argument: number;
  readonly next: number;
}

const readHead = (bytes: Uint8Array, at: number): Head => {
  const initial = bytes[at] ?? refuse('the CBOR is cut short');
  const [major, info] = [initial >> 5, initial & 31];
  if (info < 24) return { major, info, argument: info, next: at + 1 };
  const length = ARGUMENT_BYTES[info] ?? refuse('the CBOR has an indefinite or reserved length');
  const next = at + 1 + length;
  if (next > bytes.length) return refuse('the CBOR is cut short');
  const argument = bytes.subarray(at + 1, next).reduce((value, byte) => value * 256 + byte, 0);
  return { major, info, argument, next };
};

const requireUtf8 = (bytes: Uint8Array): void => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse('a CBOR text is not UTF-8');
  }
};

const isPlainSimple = (info: number): boolean => info >= 20 && info <= 27 && info !== 24;

/**
 * Walks the item without building anything and without recursion, so that neither a deep nest nor a declared length of
 * gigabytes costs more than reading the bytes once. Returns the tag numbers it met.
 */
const survey = (bytes: Uint8Array, maxDepth: number): Set<number> => {
  const tags = new Set<number>();
  const open: { left: number; readonly isMap: boolean }[] = [{ left: 1, isMap: false }];
  let at = 0;
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    if (level.left === 0) {
      open.pop();
      continue;
    }
    const isKey = level.isMap && level.left % 2 === 0;
    level.left -= 1;
    const { major, info, argument, next } = readHead(bytes, at);
    at = next;
    if (isKey && !KEY_MAJORS.includes(major)) refuse('a CBOR map key is neither an integer nor text');
    if (major === MAJOR.simple && !isPlainSimple(info)) refuse('the CBOR has an unassigned simple value');
    if (major === MAJOR.bytes || major === MAJOR.text) {
      if (argument > bytes.length - at) refuse('a CBOR string runs past the end');
      if (major === MAJOR.text) requireUtf8(bytes.subarray(at, at + argument));
      at += argument;
    }
    if (major === MAJOR.array || major === MAJOR.map || major === MAJOR.tag) {
      const left = major === MAJOR.tag ? 1 : argument * (major === MAJOR.map ? 2 : 1);
      if (left > bytes.length - at) refuse('a CBOR list or map runs past the end');
      if (major === MAJOR.tag) tags.add(argument);
      if (open.length > maxDepth) refuse('the CBOR is nested too deep');
      open.push({ left, isMap: major === MAJOR.map });
    }
  }
  if (at !== bytes.length) refuse('the CBOR has trailing bytes');
  return tags;
};

/**
 * Decodes exactly one CBOR item from hostile bytes: definite lengths only, no trailing bytes, no duplicate map keys,
 * keys that are integers or text. Maps become `Map`, tagged items `Tagged`.
 * @throws VerificationError `check`
 */
export const decodeCbor = (bytes: Uint8Array, limits: CborLimits, check: CheckName): unknown => {
  try {
    if (!(bytes instanceof Uint8Array)) return refuse('the input is not bytes');
    if (bytes.length > limits.maxBytes) return refuse(`the input is longer than ${limits.maxBytes} bytes`);
    const tags = survey(bytes, limits.maxDepth);
    return decode(bytes, {
      allowIndefinite: false,
      rejectDuplicateMapKeys: true,
      useMaps: true,
      tags: Tagged.preserve(...tags),
    });
  } catch (error) {
    // The decoder's own messages quote the input, which may hold personal data.
    throw new VerificationError(check, error instanceof CborFault ? error.message : 'the CBOR is malformed');
  }
};
