import { readFileSync } from 'node:fs';
import { toHex } from '@anlian/contracts';
import { utf8 } from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { commitHash, encodeUpdates, type Update } from './commitHash.ts';

/** Made with Fabric's own Go code (release 2.5.0: `txmgr.Updates`, marshalled, and the sum that `addBlockCommitHash` takes). */
const vectors: { readonly updates: string; readonly commitHash: string } = JSON.parse(
  readFileSync(new URL('./commitHash.vectors.json', import.meta.url), 'utf8'),
);

const updates: readonly Update[] = [
  { key: 'site/\u{1F600}', value: utf8('2'), version: { block: 256, tx: 255 } },
  { key: 'b', value: undefined, version: { block: 1, tx: 300 } },
  { key: 'a', value: utf8('1'), version: { block: 1, tx: 0 } },
  { key: 'site/\uff01', value: new Uint8Array(300).fill(0x78), version: { block: 70_000, tx: 1 } },
];

describe('the commit hash, against Fabric’s own code', () => {
  it('writes the updates in order of their keys’ UTF-8 bytes, with Fabric’s versions', () => {
    expect(toHex(encodeUpdates('anlian', updates))).toBe(vectors.updates);
  });

  it('covers filter, updates and the hash before', async () => {
    const filter = new Uint8Array(130);
    filter[3] = 11;
    expect(toHex(await commitHash(filter, encodeUpdates('anlian', updates), new Uint8Array(32).fill(5)))).toBe(
      vectors.commitHash,
    );
  });
});
