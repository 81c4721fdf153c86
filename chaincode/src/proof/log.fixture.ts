import { appendLeaf, type CompactRange, EMPTY_RANGE, leafHash, type NodeReader } from './index.ts';

export interface Log {
  readonly leaves: readonly Uint8Array[];
  readonly ranges: readonly CompactRange[];
  readonly readNode: NodeReader;
}

/** A log as a member keeps it: appended leaf by leaf, complete nodes stored by level and index. */
export const buildLog = async (entries: readonly Uint8Array[]): Promise<Log> => {
  const nodes = new Map<string, Uint8Array>();
  const leaves = await Promise.all(entries.map(leafHash));
  const ranges = [EMPTY_RANGE];
  for (const leaf of leaves) {
    const { range, completed } = await appendLeaf(ranges.at(-1) ?? EMPTY_RANGE, leaf);
    for (const { level, index, hash } of completed) nodes.set(`${level}/${index}`, hash);
    ranges.push(range);
  }
  const readNode: NodeReader = (level, index) => {
    const node = nodes.get(`${level}/${index}`);
    if (node === undefined) throw new Error(`node ${level}/${index} was never completed`);
    return node;
  };
  return { leaves, ranges, readNode };
};
