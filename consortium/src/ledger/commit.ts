import { type ReadWriteSet, VALIDATION_CODES, type Version } from '@anlian/sdk/ledger';
import { commitHash, encodeUpdates, type Update } from './commitHash.ts';
import { rangeReads, type WorldState } from './worldState.ts';

/** A transaction as it reaches its block: what it would change, or why it cannot count. */
export interface Candidate {
  readonly txId: string;
  /** `VALID` so far, or the code that checking its signatures gave. */
  readonly code: number;
  readonly sets: readonly ReadWriteSet[];
}

const sameVersion = (a: Version | undefined, b: Version | undefined): boolean =>
  a?.block === b?.block && a?.tx === b?.tx;

/** Read sets as Fabric's validation holds them against the state, earlier transactions of the same block included. */
const checkReads = (state: WorldState, { reads, ranges }: ReadWriteSet): number => {
  for (const { key, version } of reads) {
    if (!sameVersion(state.get(key)?.version, version)) return VALIDATION_CODES.MVCC_READ_CONFLICT;
  }
  for (const range of ranges) {
    const now = rangeReads(state, range.start, range.end);
    const then = range.reads ?? [];
    const same =
      now.length === then.length &&
      now.every((read, at) => read.key === then[at]?.key && sameVersion(read.version, then[at]?.version));
    if (!same) return VALIDATION_CODES.PHANTOM_READ_CONFLICT;
  }
  return VALIDATION_CODES.VALID;
};

export interface Validated {
  readonly filter: Uint8Array;
  readonly state: WorldState;
  readonly updates: readonly Update[];
}

/** Applies the writes of transactions that count to a fork of the state. */
const applyWrites = (
  state: WorldState,
  sets: readonly ReadWriteSet[],
  version: Version,
  updates: Map<string, Update>,
): void => {
  for (const { writes } of sets) {
    state.apply(writes, version);
    for (const { key, value } of writes) updates.set(key, { key, value, version });
  }
};

/** Gives each transaction of a block its validation code, in order, and the state after them. `state` itself stays as it is. */
export const validateBlock = (
  state: WorldState,
  number: number,
  candidates: readonly Candidate[],
  isKnown: (txId: string) => boolean,
): Validated => {
  const after = state.fork();
  const updates = new Map<string, Update>();
  const seen = new Set<string>();
  const filter = candidates.map(({ txId, code, sets }, tx) => {
    if (isKnown(txId) || seen.has(txId)) return VALIDATION_CODES.DUPLICATE_TXID;
    seen.add(txId);
    if (code !== VALIDATION_CODES.VALID) return code;
    const conflict = sets.map((set) => checkReads(after, set)).find((found) => found !== VALIDATION_CODES.VALID);
    if (conflict !== undefined) return conflict;
    applyWrites(after, sets, { block: number, tx }, updates);
    return VALIDATION_CODES.VALID;
  });
  return { filter: Uint8Array.from(filter), state: after, updates: [...updates.values()] };
};

/** The state after a block that is in the file: its filter is believed here, and the commit hash shows whether it may be. */
export const replayBlock = (state: WorldState, number: number, candidates: readonly Candidate[]): Validated => {
  const after = state.fork();
  const updates = new Map<string, Update>();
  for (const [tx, { code, sets }] of candidates.entries()) {
    if (code === VALIDATION_CODES.VALID) applyWrites(after, sets, { block: number, tx }, updates);
  }
  return { filter: Uint8Array.from(candidates, ({ code }) => code), state: after, updates: [...updates.values()] };
};

/** Fabric's commit hash of a block, which exists from block 1 on. */
export const nextCommitHash = (
  namespace: string,
  { filter, updates }: Validated,
  previous: Uint8Array,
): Promise<Uint8Array> => commitHash(filter, encodeUpdates(namespace, updates), previous);
