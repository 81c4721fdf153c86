import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { VerificationError } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  consistencyPath,
  inclusionPath,
  rangeRoot,
  rootFromNodes,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { buildLog, type Log } from './log.fixture.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

/** The eight entries that Certificate Transparency implementations share as test data, and their published roots. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(hex);

const INCLUSION_PATHS = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
] as const;

const CONSISTENCY_PATHS = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
] as const;

describe('the published Certificate Transparency tree', () => {
  let log: Log;
  beforeAll(async () => {
    log = await buildLog(ENTRIES);
  });

  it.each(ROOTS.map((root, size) => [size, root] as const))('has its published root at size %i', async (size, root) => {
    const range = log.ranges[size];
    expect(await rootFromNodes(size, log.readNode)).toEqual(root);
    expect(range && (await rangeRoot(range))).toEqual(root);
  });

  it.each(INCLUSION_PATHS)(
    'gives the published inclusion path of leaf %i in %i, which verifies',
    async (leafIndex, treeSize, path) => {
      const made = await inclusionPath(leafIndex, treeSize, log.readNode);
      expect(made).toEqual(path.map(hex));
      await verifyInclusion({
        leafHash: log.leaves[leafIndex]!,
        leafIndex,
        treeSize,
        path: made,
        root: ROOTS[treeSize]!,
      });
    },
  );

  it.each(CONSISTENCY_PATHS)(
    'gives the published consistency path from %i to %i, which verifies',
    async (size1, size2, path) => {
      const made = await consistencyPath(size1, size2, log.readNode);
      expect(made).toEqual(path.map(hex));
      await verifyConsistency({ size1, size2, root1: ROOTS[size1]!, root2: ROOTS[size2]!, path: made });
    },
  );
});

const VECTORS = join(import.meta.dirname, '../../../../shared/vectors/merkle/inclusion');
const hasVectors = existsSync(VECTORS);

interface InclusionVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

describe.skipIf(!hasVectors)(
  `transparency-dev/merkle inclusion vectors${hasVectors ? '' : ' (skipped: ../shared/vectors is not here)'}`,
  () => {
    const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
    const files = hasVectors
      ? readdirSync(VECTORS, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      : [];
    const vectors = files.map((file) => {
      const path = join(file.parentPath, file.name);
      const vector = JSON.parse(readFileSync(path, 'utf8')) as InclusionVector;
      return [vector.wantErr ? 'refused' : 'accepted', relative(VECTORS, path), vector] as const;
    });

    it('are all here, valid and hostile', () => {
      expect(vectors.length).toBeGreaterThanOrEqual(98);
      expect(new Set(vectors.map(([verdict]) => verdict))).toEqual(new Set(['accepted', 'refused']));
    });

    it.each(vectors)('%s: %s', async (_verdict, _file, vector) => {
      const verifying = verifyInclusion({
        leafHash: base64(vector.leafHash),
        leafIndex: vector.leafIdx,
        treeSize: vector.treeSize,
        path: (vector.proof ?? []).map(base64),
        root: base64(vector.root),
      });
      if (vector.wantErr) await expect(verifying).rejects.toThrow(VerificationError);
      else await expect(verifying).resolves.toBeUndefined();
    });
  },
);
