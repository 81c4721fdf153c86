import { createHash } from 'node:crypto';
import type { Random } from '@anlian/sdk/ledger';

/** Bytes that are the same for the same seed: SHAKE256 over the seed and a counter. Not for keys. */
export const seededRandom = (seed: string): Random => {
  let counter = 0;
  return (length) => {
    counter += 1;
    return new Uint8Array(createHash('shake256', { outputLength: length }).update(`${seed}/${counter}`).digest());
  };
};
