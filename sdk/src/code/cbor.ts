import { equalBytes } from '@anlian/chaincode/crypto';
import { decode, encode, rfc8949EncodeOptions } from 'cborg';

/** Core deterministic encoding, RFC 8949 section 4.2.1: one value, one encoding. Maps are `Map`s, since claim keys are integers. */
export const encodeCbor = (value: unknown): Uint8Array => encode(value, rfc8949EncodeOptions);

/**
 * Strict inverse of {@link encodeCbor}: trailing bytes, duplicate keys, indefinite lengths, tags and every encoding other than
 * the deterministic one throw, so that value and bytes are one to one. The caller bounds the length, and with it the depth.
 */
export const decodeCbor = (bytes: Uint8Array): unknown => {
  const value: unknown = decode(bytes, {
    useMaps: true,
    strict: true,
    rejectDuplicateMapKeys: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowNaN: false,
    allowInfinity: false,
    allowBigInt: false,
  });
  if (!equalBytes(encodeCbor(value), bytes)) throw new TypeError('not in the deterministic encoding');
  return value;
};
