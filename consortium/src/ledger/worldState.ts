import { createRequire } from 'node:module';
import { compareKeys, type StateReader } from '@anlian/chaincode/rules';
import { fromUtf8, type RangeRead, type Read, type Version, type Write } from '@anlian/sdk/ledger';
import type BTreeModule from 'sorted-btree';

interface Entry {
  readonly value: Uint8Array;
  readonly version: Version;
}

/** A CommonJS module with a default export, which Node and bundlers import differently; `require` means one thing only. */
const { default: BTree } = createRequire(import.meta.url)('sorted-btree') as typeof BTreeModule;

/** World state of one block: keys in order of their UTF-8 bytes. `fork` costs nothing, and later changes to one copy do not show in the other. */
export interface WorldState {
  fork(): WorldState;
  get(key: string): Entry | undefined;
  /** `start <= key < end`. */
  range(start: string, end: string): readonly (readonly [key: string, entry: Entry])[];
  apply(writes: readonly Write[], version: Version): void;
  readonly size: number;
}

const over = (tree: InstanceType<typeof BTree<string, Entry>>): WorldState => ({
  fork: () => over(tree.clone()),
  get: (key) => tree.get(key),
  range: (start, end) => tree.getRange(start, end),
  apply: (writes, version) => {
    for (const { key, value } of writes) {
      if (value === undefined) tree.delete(key);
      else tree.set(key, { value, version });
    }
  },
  get size() {
    return tree.size;
  },
});

export const emptyState = (): WorldState => over(new BTree<string, Entry>(undefined, compareKeys));

/** The versions that a range holds, as a simulation records and validation compares them. */
export const rangeReads = (state: WorldState, start: string, end: string): readonly Read[] =>
  state.range(start, end).map(([key, { version }]) => ({ key, version }));

const parse = <T>(value: Uint8Array): T => JSON.parse(fromUtf8(value)) as T;

/** Reads for a simulation, and what they were: the read set that validation holds against the state at commit. */
export const recordReads = (
  state: WorldState,
): {
  readonly read: StateReader;
  readonly recorded: () => { reads: readonly Read[]; ranges: readonly RangeRead[] };
} => {
  const reads = new Map<string, Read>();
  const ranges = new Map<string, RangeRead>();
  return {
    read: {
      get: async <T>(key: string) => {
        const entry = state.get(key);
        reads.set(key, { key, version: entry?.version });
        return entry && parse<T>(entry.value);
      },
      range: async <T>(start: string, end: string) => {
        ranges.set(`${start}\0${end}`, { start, end, reads: rangeReads(state, start, end) });
        return state.range(start, end).map(([key, { value }]) => ({ key, value: parse<T>(value) }));
      },
    },
    recorded: () => ({
      reads: [...reads.values()].sort((a, b) => compareKeys(a.key, b.key)),
      ranges: [...ranges.values()],
    }),
  };
};
