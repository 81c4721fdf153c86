/** An orderer that knows no leader writes down an election every second or two. */
export const STALLED_AFTER_MS = 6_000;

/**
 * Tells of an orderer that knows no leader whether it has stopped for good: of releases 2.5.0 to 2.5.2 it may, while it reads its Raft log
 * (hyperledger/fabric#4199). It answers and seems well, and only a new start helps, which goes otherwise by chance. Asked again and
 * again with how often Raft has written so far; after a `true` it begins anew.
 */
export const createStallWatch = (clock: () => number): ((writes: number | undefined) => boolean) => {
  let last: { readonly writes: number; readonly sinceMs: number } | undefined;
  return (writes) => {
    if (writes === undefined || writes !== last?.writes) {
      last = writes === undefined ? undefined : { writes, sinceMs: clock() };
      return false;
    }
    if (clock() - last.sinceMs < STALLED_AFTER_MS) return false;
    last = undefined;
    return true;
  };
};
