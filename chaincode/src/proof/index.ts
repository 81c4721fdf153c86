export { fromBase64, toBase64 } from './base64.ts';
export {
  type Checkpoint,
  type CheckpointOptions,
  formatCheckpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  type ParsedCheckpoint,
  parseCheckpoint,
} from './checkpoint.ts';
export {
  appendLeaf,
  type CompactRange,
  type CompletedNode,
  EMPTY_RANGE,
  rangeRoot,
  readRange,
} from './compactRange.ts';
export { type ConsistencyProof, rootBefore, verifyConsistency } from './consistency.ts';
export { decodeEntryBundle, encodeEntryBundle } from './entryBundle.ts';
export { emptyRoot, leafHash, nodeHash } from './hashes.ts';
export { type InclusionProof, verifyInclusion } from './inclusion.ts';
export type { TreeInteger } from './integers.ts';
export { formatNote, type NoteSignature, parseNote, type SignedNote } from './note.ts';
export {
  formatVerifierKey,
  type NoteSignatureType,
  type NoteVerifier,
  noteVerifier,
  parseVerifierKey,
} from './noteKeys.ts';
export {
  cosignNote,
  type NoteSigner,
  type OpenedNote,
  openNote,
  signNote,
  type VerifiedSignature,
} from './noteSignatures.ts';
export { consistencyPath, inclusionPath, type NodeReader, rootFromNodes, type Subtree, subtreesOf } from './paths.ts';
export { parseTilePath, TILE_WIDTH, type Tile, tilePath } from './tiles.ts';
