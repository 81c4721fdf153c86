import { VerificationError } from '@anlian/contracts';
import { requireHash } from './hashes.ts';
import { MAX_PATH_LENGTH } from './limits.ts';

/** @throws VerificationError `merkle_form` unless `proof` is an object whose fields can be read */
export const requireProof = (proof: unknown): void => {
  if (typeof proof !== 'object' || proof === null)
    throw new VerificationError('merkle_form', 'the proof is not an object');
};

/** @throws VerificationError `merkle_form` unless `path` is a list of hashes no longer than any tree is high */
export const requirePath = (path: unknown): readonly Uint8Array[] => {
  if (!Array.isArray(path)) throw new VerificationError('merkle_form', 'the path is not a list');
  if (path.length > MAX_PATH_LENGTH)
    throw new VerificationError('merkle_form', 'the path is longer than any tree is high');
  return Array.from(path, (element: unknown) => requireHash(element, 'a path element'));
};
