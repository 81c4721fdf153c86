import { sign } from 'node:crypto';
import {
  consistencyPath,
  formatCheckpoint,
  leafHash,
  type NodeReader,
  nodeHash,
  noteVerifier,
  rootFromNodes,
  signNote,
} from '@anlian/chaincode/proof';
import { type CommandArgs, fromBase64Url, toBase64Url } from '@anlian/contracts';
import type { TestKey } from './keys.ts';
import { CHANNEL } from './ledger.ts';

/** An evidence log whose leaves are numbered; `branch` makes another log that differs from leaf `from` on. */
export const evidenceLog = (
  member: string,
  key: TestKey,
  branch: { readonly from: number } | undefined = undefined,
) => {
  const readNode: NodeReader = async (level, index) => {
    if (level > 0) return nodeHash(await readNode(level - 1, index * 2n), await readNode(level - 1, index * 2n + 1n));
    const isBranched = branch !== undefined && index >= BigInt(branch.from);
    return leafHash(new TextEncoder().encode(`${isBranched ? 'other' : 'leaf'} ${index}`));
  };

  const checkpoint = async (size: number, origin = `anlian/${CHANNEL}/${member}`): Promise<string> => {
    const verifier = await noteVerifier(origin, fromBase64Url(key.descriptor.jwk.x));
    const text = formatCheckpoint({ origin, size, root: await rootFromNodes(size, readNode) });
    return signNote(text, { verifier, sign: (message) => new Uint8Array(sign(null, message, key.privateKey)) });
  };

  const path = async (size1: number, size2: number): Promise<string[]> =>
    (await consistencyPath(size1, size2, readNode)).map(toBase64Url);

  /** Arguments that anchor the tree of `size` leaves after that of `after` leaves. */
  const anchor = async (size: number, after = 0): Promise<CommandArgs<'evidence:anchor'>> => ({
    checkpoint: await checkpoint(size),
    consistency: after === 0 ? [] : await path(after, size),
    gates: [],
  });

  return { checkpoint, path, anchor };
};
