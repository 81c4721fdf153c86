import { sha256 } from '@anlian/chaincode/crypto';
import { VerificationError } from '@anlian/contracts';
import { HASH_BYTES, MAX_ENTRY_BYTES } from './limits.ts';

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** @throws VerificationError `merkle_form` unless `value` is a hash of 32 bytes */
export const requireHash = (value: unknown, what: string): Uint8Array => {
  if (!(value instanceof Uint8Array) || value.length !== HASH_BYTES) {
    throw new VerificationError('merkle_form', `${what} is not a hash of ${HASH_BYTES} bytes`);
  }
  return value;
};

/** The root of the empty tree, RFC 9162 section 2.1.1: SHA-256 of nothing. */
export const emptyRoot = (): Promise<Uint8Array> => sha256(new Uint8Array());

/**
 * Hash of one log entry, RFC 9162 section 2.1.1. The prefix keeps an entry from passing for an inner node.
 * @throws VerificationError `merkle_form` when the entry is longer than a log can hold
 */
export const leafHash = async (entry: Uint8Array): Promise<Uint8Array> => {
  if (!(entry instanceof Uint8Array) || entry.length > MAX_ENTRY_BYTES) {
    throw new VerificationError('merkle_form', `an entry is at most ${MAX_ENTRY_BYTES} bytes`);
  }
  const prefixed = new Uint8Array(1 + entry.length);
  prefixed[0] = LEAF_PREFIX;
  prefixed.set(entry, 1);
  return sha256(prefixed);
};

/**
 * Hash of an inner node over its two children, RFC 9162 section 2.1.1.
 * @throws VerificationError `merkle_form` when a child is not 32 bytes
 */
export const nodeHash = async (left: Uint8Array, right: Uint8Array): Promise<Uint8Array> => {
  const prefixed = new Uint8Array(1 + 2 * HASH_BYTES);
  prefixed[0] = NODE_PREFIX;
  prefixed.set(requireHash(left, 'left node'), 1);
  prefixed.set(requireHash(right, 'right node'), 1 + HASH_BYTES);
  return sha256(prefixed);
};
