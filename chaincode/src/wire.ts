import { AnlianError, type ErrorCode } from '@anlian/contracts';
import { concatBytes } from './proof/bytes.ts';

/** What a message's bytes hold by field number. A field of another wire type than its reader expects counts as unknown, as in Go. */
export interface WireFields {
  /** Every occurrence of a length-delimited field. */
  all(field: number): readonly Uint8Array[];
  /** A field of type `bytes` or `string`: the last occurrence counts. Empty when absent. */
  last(field: number): Uint8Array;
  /** A field that is a message: its occurrences are merged, which is to read them one after another. */
  merged(field: number): WireFields;
  /** An `int32` or enum; 0 when absent. */
  integer(field: number): number;
  /** A `uint64`, as near as a number comes; 0 when absent. */
  large(field: number): number;
}

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;

/** Whose fault unreadable bytes are: the ledger's, or the caller's who sent them. */
type Fault = Extract<ErrorCode, 'ledger_corrupt' | 'invalid_input'>;

const unreadable = (fault: Fault): AnlianError =>
  new AnlianError(fault, { field: 'protobuf', detail: 'the bytes are no protobuf message' });

/**
 * Reads a message as Go does (protobuf.dev, "Encoding"): unknown fields and groups are passed over, however deep, and a message that
 * comes twice is merged. Generated JavaScript takes the last one instead, and what a submitter spells so would be hidden from it.
 * @throws {AnlianError} `fault`
 */
export const readWire = (bytes: Uint8Array, fault: Fault): WireFields => {
  const delimited = new Map<number, Uint8Array[]>();
  const integers = new Map<number, bigint>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0; shift < MAX_VARINT_BYTES; shift += 1) {
      const byte = bytes[at++];
      if (byte === undefined) throw unreadable(fault);
      value |= BigInt(byte & 0x7f) << BigInt(7 * shift);
      if (byte < 0x80) return value;
    }
    throw unreadable(fault);
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw unreadable(fault);
    at += length;
    return bytes.subarray(at - length, at);
  };
  const open: number[] = [];
  while (at < bytes.length) {
    const tag = varint();
    const [field, type] = [Number(tag >> 3n), Number(tag & 7n)];
    const isOuter = open.length === 0;
    if (type === VARINT) {
      const value = varint();
      if (isOuter) integers.set(field, value);
    } else if (type === LENGTH) {
      const value = take(Number(varint()));
      const earlier = delimited.get(field);
      if (isOuter && earlier) earlier.push(value);
      else if (isOuter) delimited.set(field, [value]);
    } else if (type === FIXED64) take(8);
    else if (type === FIXED32) take(4);
    else if (type === GROUP) open.push(field);
    else if (type !== END_GROUP || open.pop() !== field) throw unreadable(fault);
  }
  if (open.length > 0) throw unreadable(fault);
  const all = (field: number) => delimited.get(field) ?? [];
  return {
    all,
    last: (field) => all(field).at(-1) ?? new Uint8Array(),
    merged: (field) => {
      const [only, ...others] = all(field);
      return readWire(only && others.length === 0 ? only : concatBytes(...all(field)), fault);
    },
    integer: (field) => Number(BigInt.asIntN(32, integers.get(field) ?? 0n)),
    large: (field) => Number(BigInt.asUintN(64, integers.get(field) ?? 0n)),
  };
};
