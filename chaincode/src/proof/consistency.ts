import { equalBytes } from '@anlian/chaincode/crypto';
import { VerificationError } from '@anlian/contracts';
import { nodeHash, requireHash } from './hashes.ts';
import { type TreeInteger, toUint63 } from './integers.ts';
import { requirePath, requireProof } from './proofForm.ts';

/** A claim that the tree of `size2` leaves begins with exactly the `size1` leaves under `root1`. All hashes are 32 bytes. */
export interface ConsistencyProof {
  readonly size1: TreeInteger;
  readonly size2: TreeInteger;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly path: readonly Uint8Array[];
}

const refuse = (detail: string): never => {
  throw new VerificationError('consistency', detail);
};

interface Roots {
  readonly hash1: Uint8Array;
  readonly hash2: Uint8Array;
}

/** The two roots that a path leads to, from its first hash on; 0 < size1 < size2. */
const climb = async (size1: bigint, size2: bigint, [first, ...rest]: readonly Uint8Array[]): Promise<Roots> => {
  if (first === undefined) return refuse('the path misses elements');
  let node = size1 - 1n;
  let last = size2 - 1n;
  while ((node & 1n) === 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  let hash1 = first;
  let hash2 = first;
  for (const sibling of rest) {
    if (last === 0n) refuse('the path has surplus elements');
    if ((node & 1n) === 1n || node === last) {
      hash1 = await nodeHash(sibling, hash1);
      hash2 = await nodeHash(sibling, hash2);
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash2 = await nodeHash(hash2, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) refuse('the path misses elements');
  return { hash1, hash2 };
};

/** When the old tree is complete its root is a node of the new one, and the path leaves it out. */
const isComplete = (size1: bigint): boolean => (size1 & (size1 - 1n)) === 0n;

/**
 * Verifies a consistency proof, RFC 9162 section 2.1.4.2. Resolves when it holds. Nothing is consistent with the empty
 * tree: a proof from size 0 would say nothing about the leaves that follow, so it is refused.
 * @throws VerificationError `merkle_form` for values that are not a proof at all, `consistency` for a proof that does not hold
 */
export const verifyConsistency = async (proof: ConsistencyProof): Promise<void> => {
  requireProof(proof);
  const size1 = toUint63(proof.size1, 'size1');
  const size2 = toUint63(proof.size2, 'size2');
  const root1 = requireHash(proof.root1, 'root1');
  const root2 = requireHash(proof.root2, 'root2');
  const path = requirePath(proof.path);
  if (size1 === 0n) refuse('nothing is proven about a tree of size 0');
  if (size1 > size2) refuse('the tree would have shrunk');
  if (size1 === size2) {
    if (path.length > 0) refuse('the path has surplus elements');
    if (!equalBytes(root1, root2)) refuse('two roots for one size');
    return;
  }
  const { hash1, hash2 } = await climb(size1, size2, isComplete(size1) ? [root1, ...path] : path);
  if (!equalBytes(hash1, root1)) refuse('the path leads to another first root');
  if (!equalBytes(hash2, root2)) refuse('the path leads to another second root');
};

/**
 * The root that the first `size1` leaves of a tree have, as a path shows that leads to the tree's root; undefined when it does not
 * lead there, or when `size1` is a power of two: then a consistency path leaves the old root out.
 * @throws VerificationError `merkle_form`
 */
export const rootBefore = async (proof: Omit<ConsistencyProof, 'root1'>): Promise<Uint8Array | undefined> => {
  requireProof(proof);
  const size1 = toUint63(proof.size1, 'size1');
  const size2 = toUint63(proof.size2, 'size2');
  const root2 = requireHash(proof.root2, 'root2');
  const path = requirePath(proof.path);
  if (size1 === 0n || size1 >= size2 || isComplete(size1)) return undefined;
  try {
    const { hash1, hash2 } = await climb(size1, size2, path);
    return equalBytes(hash2, root2) ? hash1 : undefined;
  } catch (error) {
    if (error instanceof VerificationError) return undefined;
    throw error;
  }
};
