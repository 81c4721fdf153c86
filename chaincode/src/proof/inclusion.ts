import { equalBytes } from '@anlian/chaincode/crypto';
import { VerificationError } from '@anlian/contracts';
import { nodeHash, requireHash } from './hashes.ts';
import { type TreeInteger, toUint63 } from './integers.ts';
import { requirePath, requireProof } from './proofForm.ts';

/** A claim that the tree of `treeSize` leaves with `root` holds `leafHash` at `leafIndex`. All hashes are 32 bytes. */
export interface InclusionProof {
  readonly leafHash: Uint8Array;
  readonly leafIndex: TreeInteger;
  readonly treeSize: TreeInteger;
  /** Sibling hashes from the leaf upwards. */
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

const refuse = (detail: string): never => {
  throw new VerificationError('inclusion', detail);
};

/**
 * Verifies an inclusion proof, RFC 9162 section 2.1.3.2. Resolves when it holds.
 * @throws VerificationError `merkle_form` for values that are not a proof at all, `inclusion` for a proof that does not hold
 */
export const verifyInclusion = async (proof: InclusionProof): Promise<void> => {
  requireProof(proof);
  const leafIndex = toUint63(proof.leafIndex, 'leafIndex');
  const treeSize = toUint63(proof.treeSize, 'treeSize');
  const path = requirePath(proof.path);
  const root = requireHash(proof.root, 'root');
  let hash = requireHash(proof.leafHash, 'leafHash');
  if (leafIndex >= treeSize) refuse('the leaf index is not below the tree size');

  let node = leafIndex;
  let last = treeSize - 1n;
  for (const sibling of path) {
    if (last === 0n) refuse('the path has surplus elements');
    if ((node & 1n) === 1n || node === last) {
      hash = await nodeHash(sibling, hash);
      // The last node of a level may have no sibling there: climb to where it has one.
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) refuse('the path misses elements');
  if (!equalBytes(hash, root)) refuse('the path leads to another root');
};
