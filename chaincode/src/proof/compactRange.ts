import { nodeHash, requireHash } from './hashes.ts';
import type { TreeInteger } from './integers.ts';
import { joinSubtrees, type NodeReader, subtreesOf } from './paths.ts';

/** What appending needs of a tree: its size and the hashes of its complete subtrees, largest first (at most 63). */
export interface CompactRange {
  readonly size: bigint;
  readonly hashes: readonly Uint8Array[];
}

/** A subtree that became complete with an append: what the log must store, and a {@link NodeReader} will be asked for. */
export interface CompletedNode {
  readonly level: number;
  readonly index: bigint;
  readonly hash: Uint8Array;
}

export const EMPTY_RANGE: CompactRange = { size: 0n, hashes: [] };

/**
 * Resumes a range from stored nodes.
 * @throws VerificationError `merkle_form` for a bad size or a node that is not a hash
 */
export const readRange = async (size: TreeInteger, readNode: NodeReader): Promise<CompactRange> => {
  const subtrees = subtreesOf(size);
  const hashes = await Promise.all(
    subtrees.map(async ({ level, index }) => requireHash(await readNode(level, index), 'a stored node')),
  );
  return { size: BigInt(size), hashes };
};

/** The range with one more leaf, and the nodes that this leaf completed, from the leaf upwards. */
export const appendLeaf = async (
  range: CompactRange,
  leaf: Uint8Array,
): Promise<{ readonly range: CompactRange; readonly completed: readonly CompletedNode[] }> => {
  const hashes = [...range.hashes];
  let node: CompletedNode = { level: 0, index: range.size, hash: requireHash(leaf, 'leaf') };
  const completed = [node];
  while ((node.index & 1n) === 1n) {
    const left = requireHash(hashes.pop(), 'a stored node');
    node = { level: node.level + 1, index: node.index >> 1n, hash: await nodeHash(left, node.hash) };
    completed.push(node);
  }
  return { range: { size: range.size + 1n, hashes: [...hashes, node.hash] }, completed };
};

/** Root of the tree of all leaves appended so far. */
export const rangeRoot = (range: CompactRange): Promise<Uint8Array> => joinSubtrees(range.hashes);
