import { VerificationError } from '@anlian/contracts';
import { MAX_ENTRY_BYTES } from './limits.ts';
import { TILE_WIDTH } from './tiles.ts';

const refuse = (detail: string): never => {
  throw new VerificationError('merkle_form', detail);
};

/**
 * Entries of a log as one bundle: each after its length in 16 bits, big-endian (c2sp.org/tlog-tiles).
 * @throws VerificationError `merkle_form` for none or more than 256 entries, or one longer than 65535 bytes
 */
export const encodeEntryBundle = (entries: readonly Uint8Array[]): Uint8Array => {
  if (entries.length < 1 || entries.length > TILE_WIDTH) return refuse('a bundle holds 1 to 256 entries');
  if (entries.some((entry) => entry.length > MAX_ENTRY_BYTES)) return refuse('an entry is too long');
  const bundle = new Uint8Array(entries.reduce((total, entry) => total + 2 + entry.length, 0));
  const view = new DataView(bundle.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setUint16(at, entry.length);
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
};

/**
 * The exact inverse of {@link encodeEntryBundle}. The entries are copies.
 * @throws VerificationError `merkle_form` for bytes that do not end with an entry
 */
export const decodeEntryBundle = (bundle: Uint8Array): Uint8Array[] => {
  if (!(bundle instanceof Uint8Array)) return refuse('a bundle is bytes');
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    if (entries.length === TILE_WIDTH) return refuse('a bundle holds 1 to 256 entries');
    if (at + 2 > bundle.length) return refuse('the bundle is cut short');
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) return refuse('the bundle is cut short');
    entries.push(new Uint8Array(bundle.subarray(at + 2, end)));
    at = end;
  }
  if (entries.length === 0) return refuse('a bundle holds 1 to 256 entries');
  return entries;
};
