import { sha256 } from '@anlian/chaincode/crypto';
import { compareKeys } from '@anlian/chaincode/rules';
import { concatBytes, utf8, type Version } from '@anlian/sdk/ledger';

/** One key's value after a block. */
export interface Update {
  readonly key: string;
  /** Undefined: deleted. */
  readonly value: Uint8Array | undefined;
  readonly version: Version;
}

const varint = (value: number): Uint8Array => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
};

/** Protobuf field of wire type 2; an empty one is left out, as proto3 does. */
const field = (number: number, content: Uint8Array): Uint8Array =>
  content.length === 0 ? content : concatBytes(varint((number << 3) | 2), varint(content.length), content);

/** Fabric's order-preserving form of an unsigned integer: a length byte, then that many big-endian digits. */
const orderPreserving = (value: number): Uint8Array => {
  const digits: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.of(digits.length, ...digits);
};

/** `txmgr.KVWrite` of `core/ledger/kvledger/txmgmt/txmgr` (a message of the peer, not of fabric-protos). */
const encodeUpdate = ({ key, value, version }: Update, namespace: string): Uint8Array =>
  concatBytes(
    field(1, utf8(namespace)),
    field(3, utf8(key)),
    value === undefined ? Uint8Array.of(4 << 3, 1) : new Uint8Array(),
    field(5, value ?? new Uint8Array()),
    field(6, concatBytes(orderPreserving(version.block), orderPreserving(version.tx))),
  );

/** `txmgr.Updates`: the last write of each key, in order of keys; only the first names its namespace. */
export const encodeUpdates = (namespace: string, updates: readonly Update[]): Uint8Array =>
  concatBytes(
    ...[...updates]
      .sort((a, b) => compareKeys(a.key, b.key))
      .map((update, at) => field(1, encodeUpdate(update, at === 0 ? namespace : ''))),
  );

/** The commit hash as a Fabric peer chains it from block 1 on: over the filter with its length, the updates and the hash before. */
export const commitHash = (filter: Uint8Array, updates: Uint8Array, previous: Uint8Array): Promise<Uint8Array> =>
  sha256(concatBytes(varint(filter.length), filter, updates, previous));
