import {
  consistencyPath,
  decodeEntryBundle,
  type NodeReader,
  nodeHash,
  noteVerifier,
  openCheckpoint,
  TILE_WIDTH,
  tilePath,
} from '@anlian/chaincode/proof';
import { checkpointOrigin, EvidenceLeaf, fromBase64Url, type TrustBundle } from '@anlian/contracts';
import { verifyConsistency } from '@anlian/sdk/verify';

export interface Head {
  readonly size: bigint;
  readonly root: Uint8Array;
}

const HASH_BYTES = 32;

/** A member's evidence log as a monitor from outside sees it: nothing but what `/log` serves, and the key from the trust file. */
export interface ServedLog {
  /** The newest head, its signature checked; undefined while there is none. */
  head(): Promise<Head | undefined>;
  /** Rejects unless the later head's tree has the earlier one's leaves at its beginning, by the tiles that are served now. */
  requireConsistent(earlier: Head, later: Head): Promise<void>;
  leaves(head: Head): Promise<EvidenceLeaf[]>;
}

const hashesOf = (tile: Uint8Array): Uint8Array[] =>
  Array.from({ length: tile.length / HASH_BYTES }, (_, at) => tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));

const joined = async (hashes: readonly Uint8Array[]): Promise<Uint8Array> => {
  const [only] = hashes;
  if (only === undefined) throw new RangeError('a subtree has leaves');
  if (hashes.length === 1) return only;
  const half = hashes.length / 2;
  return nodeHash(await joined(hashes.slice(0, half)), await joined(hashes.slice(half)));
};

export const servedLog = (
  url: string,
  member: string,
  trust: TrustBundle,
  fetch: typeof globalThis.fetch,
): ServedLog => {
  const origin = checkpointOrigin(trust.channel, member);
  const keys = trust.members.find((one) => one.member === member)?.keys ?? [];
  const [jwk] = keys.filter(({ key }) => key.use === 'log').map(({ key }) => key.jwk as { readonly x: string });
  if (!jwk) throw new RangeError(`${member} has no log key`);

  const tile = async (level: number | 'entries', index: bigint, size: bigint): Promise<Uint8Array> => {
    const height = level === 'entries' ? 0n : BigInt(level) * 8n;
    const rest = (size >> height) - index * BigInt(TILE_WIDTH);
    const width = rest > TILE_WIDTH ? TILE_WIDTH : Number(rest);
    const response = await fetch(`${url}/log/${tilePath({ level, index, width })}`);
    if (!response.ok) throw new Error(`${member} does not serve ${tilePath({ level, index, width })}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  const readerAt =
    (size: bigint): NodeReader =>
    async (level, index) => {
      const within = level % 8;
      const first = index << BigInt(within);
      const hashes = hashesOf(await tile((level - within) / 8, first / BigInt(TILE_WIDTH), size));
      const start = Number(first % BigInt(TILE_WIDTH));
      return joined(hashes.slice(start, start + 2 ** within));
    };

  return {
    head: async () => {
      const response = await fetch(`${url}/log/checkpoint`);
      if (response.status === 404) return undefined;
      return openCheckpoint(await response.text(), await noteVerifier(origin, fromBase64Url(jwk.x)));
    },
    requireConsistent: async (earlier, later) => {
      const path = await consistencyPath(earlier.size, later.size, readerAt(later.size));
      await verifyConsistency({
        size1: earlier.size,
        size2: later.size,
        root1: earlier.root,
        root2: later.root,
        path,
      });
    },
    leaves: async ({ size }) => {
      const leaves: EvidenceLeaf[] = [];
      for (let index = 0n; index * BigInt(TILE_WIDTH) < size; index++) {
        const entries = decodeEntryBundle(await tile('entries', index, size));
        leaves.push(...entries.map((entry) => EvidenceLeaf.parse(JSON.parse(Buffer.from(entry).toString('utf8')))));
      }
      return leaves;
    },
  };
};
