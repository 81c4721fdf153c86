import { VerificationError } from '@anlian/contracts';
import { emptyRoot, nodeHash, requireHash } from './hashes.ts';
import { splitPoint, type TreeInteger, toUint63 } from './integers.ts';

/**
 * Reads the hash of the complete subtree of 2^level leaves that begins at leaf index * 2^level; level 0 is the leaves.
 * Only subtrees that lie wholly inside the tree are asked for, so what it returns never changes as the log grows.
 */
export type NodeReader = (level: number, index: bigint) => Uint8Array | Promise<Uint8Array>;

/** One complete subtree: see {@link NodeReader}. */
export interface Subtree {
  readonly level: number;
  readonly index: bigint;
}

interface Span {
  readonly begin: bigint;
  readonly end: bigint;
}

/** The complete subtrees that make up [begin, end), largest first; `begin` must be a multiple of the largest. */
const completeSubtrees = ({ begin, end }: Span): Subtree[] => {
  const subtrees: Subtree[] = [];
  let at = begin;
  const digits = (end - begin).toString(2);
  for (const [position, digit] of [...digits].entries()) {
    if (digit === '0') continue;
    const level = digits.length - 1 - position;
    subtrees.push({ level, index: at >> BigInt(level) });
    at += 1n << BigInt(level);
  }
  return subtrees;
};

/** The root over subtree hashes, largest first: the smallest two join first (RFC 9162 section 2.1.1). */
export const joinSubtrees = async (hashes: readonly Uint8Array[]): Promise<Uint8Array> => {
  let root = hashes.at(-1);
  if (root === undefined) return emptyRoot();
  for (const left of hashes.slice(0, -1).reverse()) root = await nodeHash(left, root);
  return root;
};

const readSubtrees = async (span: Span, readNode: NodeReader): Promise<Uint8Array[]> =>
  Promise.all(
    completeSubtrees(span).map(async ({ level, index }) => requireHash(await readNode(level, index), 'a stored node')),
  );

const spanRoot = async (span: Span, readNode: NodeReader): Promise<Uint8Array> =>
  joinSubtrees(await readSubtrees(span, readNode));

/** The complete subtrees of a tree of `size` leaves, largest first: what a log must read to resume appending. */
export const subtreesOf = (size: TreeInteger): Subtree[] =>
  completeSubtrees({ begin: 0n, end: toUint63(size, 'size') });

/**
 * Root of the tree of the first `size` leaves; the empty tree has one too.
 * @throws VerificationError `merkle_form`
 */
export const rootFromNodes = async (size: TreeInteger, readNode: NodeReader): Promise<Uint8Array> =>
  spanRoot({ begin: 0n, end: toUint63(size, 'size') }, readNode);

/**
 * Inclusion path of leaf `index` in the tree of the first `size` leaves, RFC 9162 section 2.1.3.1: siblings from the
 * leaf upwards.
 * @throws VerificationError `merkle_form` when the tree has no such leaf
 */
export const inclusionPath = async (
  index: TreeInteger,
  size: TreeInteger,
  readNode: NodeReader,
): Promise<Uint8Array[]> => {
  const leaf = toUint63(index, 'index');
  let begin = 0n;
  let end = toUint63(size, 'size');
  if (leaf >= end) throw new VerificationError('merkle_form', 'the tree has no such leaf');

  const siblings: Span[] = [];
  while (end - begin > 1n) {
    const middle = begin + splitPoint(end - begin);
    if (leaf < middle) {
      siblings.push({ begin: middle, end });
      end = middle;
    } else {
      siblings.push({ begin, end: middle });
      begin = middle;
    }
  }
  return Promise.all(siblings.reverse().map((span) => spanRoot(span, readNode)));
};

/**
 * Consistency path from the tree of the first `size1` leaves to that of the first `size2`, RFC 9162 section 2.1.4.1.
 * Empty when the sizes are equal.
 * @throws VerificationError `merkle_form` unless 0 < size1 <= size2
 */
export const consistencyPath = async (
  size1: TreeInteger,
  size2: TreeInteger,
  readNode: NodeReader,
): Promise<Uint8Array[]> => {
  const first = toUint63(size1, 'size1');
  let begin = 0n;
  let end = toUint63(size2, 'size2');
  if (first === 0n || first > end)
    throw new VerificationError('merkle_form', 'a consistency path needs 0 < size1 <= size2');

  const spans: Span[] = [];
  while (end !== first) {
    const middle = begin + splitPoint(end - begin);
    if (first <= middle) {
      spans.push({ begin: middle, end });
      end = middle;
    } else {
      spans.push({ begin, end: middle });
      begin = middle;
    }
  }
  // The verifier knows the root of the old tree; only when that tree is not itself a node must the path give one.
  if (begin !== 0n) spans.push({ begin, end });
  return Promise.all(spans.reverse().map((span) => spanRoot(span, readNode)));
};
