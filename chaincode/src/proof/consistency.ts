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

  // When the old tree is complete its root is a node of the new one, and the path leaves it out.
  const [first, ...rest] = (size1 & (size1 - 1n)) === 0n ? [root1, ...path] : path;
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
  if (!equalBytes(hash1, root1)) refuse('the path leads to another first root');
  if (!equalBytes(hash2, root2)) refuse('the path leads to another second root');
};
