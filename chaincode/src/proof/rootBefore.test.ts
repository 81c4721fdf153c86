import { expect, it } from 'vitest';
import { consistencyPath, leafHash, type NodeReader, nodeHash, rootBefore, rootFromNodes } from './index.ts';

const readNode: NodeReader = async (level, index) =>
  level === 0
    ? leafHash(new TextEncoder().encode(`leaf ${index}`))
    : nodeHash(await readNode(level - 1, index * 2n), await readNode(level - 1, index * 2n + 1n));

const shown = async (size1: number, size2: number, path?: readonly Uint8Array[]) =>
  rootBefore({
    size1,
    size2,
    root2: await rootFromNodes(size2, readNode),
    path: path ?? (await consistencyPath(size1, size2, readNode)),
  });

it('is the root of the first leaves of the tree behind the later root, whatever the earlier head said', async () => {
  for (let size2 = 1; size2 <= 40; size2++)
    for (let size1 = 1; size1 < size2; size1++) {
      const isPowerOfTwo = Number.isInteger(Math.log2(size1));
      expect(await shown(size1, size2), `${size1} of ${size2}`).toEqual(
        isPowerOfTwo ? undefined : await rootFromNodes(size1, readNode),
      );
    }
});

it.each<[string, number, number, (path: Uint8Array[]) => Uint8Array[]]>([
  ['a path that lacks a hash', 7, 12, (path) => path.slice(1)],
  ['a path with a hash too many', 7, 12, (path) => [...path, ...path.slice(0, 1)]],
  ['a path with a hash changed', 7, 12, ([, ...rest]) => [new Uint8Array(32), ...rest]],
  ['no path', 7, 12, () => []],
])('is not shown by %s', async (_, size1, size2, change) => {
  expect(await shown(size1, size2, change(await consistencyPath(size1, size2, readNode)))).toBeUndefined();
});

it.each([
  [0, 7],
  [7, 7],
  [9, 7],
])('is not shown for %i leaves of %i', async (size1, size2) => {
  expect(await shown(size1, size2, [])).toBeUndefined();
});
