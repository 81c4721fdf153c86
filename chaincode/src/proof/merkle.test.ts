import { VerificationError } from '@anlian/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyPath,
  emptyRoot,
  inclusionPath,
  leafHash,
  type NodeReader,
  nodeHash,
  rangeRoot,
  readRange,
  rootFromNodes,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from './index.ts';
import { buildLog } from './log.fixture.ts';

/** MTH of RFC 9162 section 2.1.1, word for word: what everything else is compared with. */
const definedRoot = async (leaves: readonly Uint8Array[]): Promise<Uint8Array> => {
  const [only] = leaves;
  if (only === undefined) return emptyRoot();
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(await definedRoot(leaves.slice(0, k)), await definedRoot(leaves.slice(k)));
};

const LARGEST = 300;
const LOG = await buildLog(Array.from({ length: LARGEST }, (_, index) => new TextEncoder().encode(`entry ${index}`)));
const rootAt = (size: number): Promise<Uint8Array> => rootFromNodes(size, LOG.readNode);

/** Every way to spoil a path that must not go unnoticed; `choice` picks the place. */
const spoiledPaths = (path: readonly Uint8Array[], choice: number): (readonly Uint8Array[])[] => {
  const at = path.length === 0 ? 0 : choice % path.length;
  const flipped = path.map((hash, index) => (index === at ? flip(hash, choice) : hash));
  const other = new Uint8Array(32).fill(7);
  const spoiled = [path.toSpliced(at, 0, other), [...path, other], [other, ...path]];
  if (path.length > 0)
    spoiled.push(flipped, path.toSpliced(at, 1), path.slice(1), path.slice(0, -1), [...path, path.at(-1) ?? other]);
  if (path.length > 1) spoiled.push(path.toReversed());
  return spoiled;
};

const flip = (hash: Uint8Array, bit: number): Uint8Array => {
  const flipped = new Uint8Array(hash);
  flipped[(bit >> 3) % hash.length] = (hash[(bit >> 3) % hash.length] ?? 0) ^ (1 << (bit & 7));
  return flipped;
};

describe('proofs that we make', () => {
  it('agree on every root up to 300 leaves with the definition of RFC 9162', async () => {
    for (let size = 0; size <= LARGEST; size++) {
      const root = await definedRoot(LOG.leaves.slice(0, size));
      expect(await rootAt(size)).toEqual(root);
      expect(await rangeRoot(await readRange(size, LOG.readNode))).toEqual(root);
    }
  });

  it('verify for any leaf of any tree, and with any one change do not', async () => {
    const cases = fc
      .integer({ min: 1, max: LARGEST })
      .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat(size - 1), fc.nat(1 << 16)));
    await fc.assert(
      fc.asyncProperty(cases, async ([treeSize, leafIndex, otherIndex, choice]) => {
        const root = await rootAt(treeSize);
        const path = await inclusionPath(leafIndex, treeSize, LOG.readNode);
        const good = { leafHash: LOG.leaves[leafIndex]!, leafIndex, treeSize, path, root };
        await verifyInclusion(good);
        const bad = [
          ...spoiledPaths(path, choice).map((spoiled) => ({ ...good, path: spoiled })),
          { ...good, root: flip(root, choice) },
          { ...good, leafHash: flip(good.leafHash, choice) },
          { ...good, leafIndex: treeSize },
          ...(otherIndex === leafIndex ? [] : [{ ...good, leafIndex: otherIndex }]),
        ];
        for (const proof of bad) await expect(verifyInclusion(proof)).rejects.toMatchObject({ check: 'inclusion' });
      }),
      { numRuns: 300 },
    );
  });

  it('verify between any two sizes, and with any one change do not', async () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: LARGEST }), fc.integer({ min: 1, max: LARGEST }), fc.nat(1 << 16));
    await fc.assert(
      fc.asyncProperty(cases, async ([a, b, choice]) => {
        const [size1, size2] = a < b ? [a, b] : [b, a];
        const path = await consistencyPath(size1, size2, LOG.readNode);
        const good = { size1, size2, root1: await rootAt(size1), root2: await rootAt(size2), path };
        await verifyConsistency(good);
        const bad = [
          ...spoiledPaths(path, choice).map((spoiled) => ({ ...good, path: spoiled })),
          { ...good, root1: flip(good.root1, choice) },
          { ...good, root2: flip(good.root2, choice) },
          { ...good, size1: size2, size2: size1 - 1 },
          ...(size1 === size2 ? [] : [{ ...good, root1: good.root2, root2: good.root1 }]),
        ];
        for (const proof of bad) await expect(verifyConsistency(proof)).rejects.toMatchObject({ check: 'consistency' });
      }),
      { numRuns: 300 },
    );
  });

  it('ask the log only for complete nodes, which never change as it grows', async () => {
    const asked: [number, bigint][] = [];
    const size = 237;
    const readNode: NodeReader = (level, index) => {
      asked.push([level, index]);
      return LOG.readNode(level, index);
    };
    for (let index = 0; index < size; index++) await inclusionPath(index, size, readNode);
    for (let from = 1; from <= size; from++) await consistencyPath(from, size, readNode);
    expect(asked.every(([level, index]) => (index + 1n) << BigInt(level) <= BigInt(size))).toBe(true);
  });
});

const HASH = new Uint8Array(32);
const NOT_INTEGERS = [
  Number.NaN,
  1.5,
  -1,
  -1n,
  Number.POSITIVE_INFINITY,
  2 ** 53,
  2n ** 63n,
  '1',
  null,
  undefined,
  {},
  [1],
  true,
];
const NOT_HASHES = [
  new Uint8Array(31),
  new Uint8Array(33),
  new Uint8Array(),
  'x'.repeat(32),
  Array(32).fill(0),
  null,
  undefined,
  HASH.buffer,
];
const NOT_PATHS = [
  null,
  undefined,
  'path',
  {},
  { length: 1, 0: HASH },
  new Uint8Array(32),
  [HASH, undefined],
  Array(3),
  Array(65).fill(HASH),
  Array(1_000_000).fill(HASH),
];

describe('hostile proofs', () => {
  const inclusion = { leafHash: HASH, leafIndex: 0, treeSize: 1, path: [], root: HASH };
  const consistency = { size1: 1, size2: 1, root1: HASH, root2: HASH, path: [] };
  const spoil = (good: object, fields: readonly string[], values: readonly unknown[]) =>
    fields.flatMap((field) => values.map((value) => ({ ...good, [field]: value })));

  it('of the wrong form are refused as such', async () => {
    const inclusions = [
      ...[null, undefined, 1, 'proof', []],
      ...spoil(inclusion, ['leafIndex', 'treeSize'], NOT_INTEGERS),
      ...spoil(inclusion, ['leafHash', 'root'], NOT_HASHES),
      ...spoil(inclusion, ['path'], NOT_PATHS),
    ];
    for (const proof of inclusions) {
      await expect(verifyInclusion(proof as never)).rejects.toMatchObject({
        name: 'VerificationError',
        check: 'merkle_form',
      });
    }
    const consistencies = [
      ...[null, undefined, 1, 'proof', []],
      ...spoil(consistency, ['size1', 'size2'], NOT_INTEGERS),
      ...spoil(consistency, ['root1', 'root2'], NOT_HASHES),
      ...spoil(consistency, ['path'], NOT_PATHS),
    ];
    for (const proof of consistencies) {
      await expect(verifyConsistency(proof as never)).rejects.toMatchObject({
        name: 'VerificationError',
        check: 'merkle_form',
      });
    }
  });

  it.each([
    ['from size 0 to 0', { size1: 0, size2: 0 }],
    ['from size 0 to 1', { size1: 0, size2: 1 }],
    ['from size 0 to 1 with a path', { size1: 0, size2: 1, path: [HASH] }],
    ['to a smaller tree', { size1: 2, size2: 1 }],
    ['between equal sizes with a path', { path: [HASH] }],
    ['between equal sizes with two roots', { root2: flip(HASH, 3) }],
    ['without the path that two sizes need', { size1: 3, size2: 5 }],
    ['across the largest sizes', { size1: 2n ** 62n - 1n, size2: 2n ** 63n - 1n, path: Array(64).fill(HASH) }],
  ])('of consistency %s are refused', async (_name, change) => {
    await expect(verifyConsistency({ ...consistency, ...change })).rejects.toMatchObject({ check: 'consistency' });
  });

  it.each([
    ['in the empty tree', { treeSize: 0 }],
    ['of the leaf after the last', { leafIndex: 1 }],
    ['at the largest size', { leafIndex: 2n ** 62n, treeSize: 2n ** 63n - 1n, path: Array(64).fill(HASH) }],
  ])('of inclusion %s are refused', async (_name, change) => {
    await expect(verifyInclusion({ ...inclusion, ...change })).rejects.toMatchObject({ check: 'inclusion' });
  });

  it('say what is wrong with the path, before hashing what is surplus', async () => {
    const [path, root] = [await inclusionPath(3, 5, LOG.readNode), await rootAt(5)];
    const good = { leafHash: LOG.leaves[3]!, leafIndex: 3, treeSize: 5, path, root };
    await expect(verifyInclusion({ ...good, path: [...path, HASH] })).rejects.toThrow('surplus elements');
    await expect(verifyInclusion({ ...good, path: path.slice(1) })).rejects.toThrow('misses elements');
    const between = {
      size1: 3,
      size2: 5,
      root1: await rootAt(3),
      root2: root,
      path: await consistencyPath(3, 5, LOG.readNode),
    };
    await expect(verifyConsistency({ ...between, path: [...between.path, HASH] })).rejects.toThrow('surplus elements');
    await expect(verifyConsistency({ ...between, path: between.path.slice(0, -1) })).rejects.toThrow('misses elements');
  });

  it('are not made from impossible requests or a damaged store', async () => {
    await expect(inclusionPath(5, 5, LOG.readNode)).rejects.toMatchObject({ check: 'merkle_form' });
    await expect(inclusionPath(0, 0, LOG.readNode)).rejects.toMatchObject({ check: 'merkle_form' });
    await expect(consistencyPath(0, 5, LOG.readNode)).rejects.toMatchObject({ check: 'merkle_form' });
    await expect(consistencyPath(6, 5, LOG.readNode)).rejects.toMatchObject({ check: 'merkle_form' });
    await expect(inclusionPath(0, 2, () => new Uint8Array(31))).rejects.toMatchObject({ check: 'merkle_form' });
    await expect(readRange(3, () => new Uint8Array(33))).rejects.toMatchObject({ check: 'merkle_form' });
    expect(() => subtreesOf(1.5)).toThrow(VerificationError);
    await expect(leafHash(new Uint8Array(65_536))).rejects.toMatchObject({ check: 'merkle_form' });
  });
});
