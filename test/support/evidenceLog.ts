import { createHmac, randomBytes } from 'node:crypto';
import {
  consistencyPath,
  formatCheckpoint,
  inclusionPath,
  leafHash,
  type NodeReader,
  nodeHash,
  noteVerifier,
  rootFromNodes,
  signNote,
} from '@anlian/chaincode/proof';
import { checkpointOrigin, type EvidenceLeaf, fromBase64Url, leafBytes, toBase64Url } from '@anlian/contracts';
import type { MemberKey } from './keys.ts';

/** A leaf over a record under a fresh salt. */
export const leafOver = (
  record: string,
  place: Pick<EvidenceLeaf, 'kind' | 'gate' | 'seq'>,
): { readonly leaf: EvidenceLeaf; readonly salt: string } => {
  const salt = randomBytes(32);
  return { salt: toBase64Url(salt), leaf: { v: 1, ...place, c: commitmentTo(record, toBase64Url(salt)) } };
};

/** HMAC-SHA-256(salt, record). */
export const commitmentTo = (record: string, salt: string): string =>
  createHmac('sha256', fromBase64Url(salt)).update(record, 'utf8').digest('base64url');

/** A member's evidence log in memory, signed with its log key. */
export const memoryLog = (channel: string, member: string, key: MemberKey) => {
  const leaves: EvidenceLeaf[] = [];
  const origin = checkpointOrigin(channel, member);
  const readNode: NodeReader = async (level, index) =>
    level === 0
      ? leafHash(leafBytes(leaves[Number(index)] as EvidenceLeaf))
      : nodeHash(await readNode(level - 1, index * 2n), await readNode(level - 1, index * 2n + 1n));

  return {
    append: (leaf: EvidenceLeaf): number => leaves.push(leaf) - 1,
    size: (): number => leaves.length,
    checkpoint: async (signer: MemberKey = key): Promise<string> => {
      const verifier = await noteVerifier(origin, fromBase64Url(signer.descriptor.jwk.x));
      const root = await rootFromNodes(leaves.length, readNode);
      return signNote(formatCheckpoint({ origin, size: leaves.length, root }), {
        verifier,
        sign: async (message) => signer.sign(message),
      });
    },
    inclusion: async (leafIndex: number) => ({
      leafIndex,
      treeSize: leaves.length,
      path: (await inclusionPath(leafIndex, leaves.length, readNode)).map(toBase64Url),
    }),
    consistency: async (from: number): Promise<string[]> =>
      from === 0 ? [] : (await consistencyPath(from, leaves.length, readNode)).map(toBase64Url),
  };
};
export type MemoryLog = ReturnType<typeof memoryLog>;
