import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, identityFiles, materialOf } from '@anlian/consortium/fabric';
import type { Config } from '@anlian/node';
import type { FabricNetwork } from './fabricNetwork.ts';
import type { Governor } from './governors.ts';
import { type MemberNode, prepareMemberNode } from './memberNode.ts';

/** The node of the network's first governor, which speaks to its own peer. */
export interface FabricNode extends Pick<MemberNode, 'url' | 'as' | 'start'> {
  /** The network's governors, the first with the keys that are in its node. */
  readonly governors: readonly Governor[];
  close(): Promise<void>;
}

/** Settings as a member writes them: files of its own, and for `fabric-network` where the other governors' peers are. */
const settingsOf = (
  { plan }: FabricNetwork,
  dir: string,
  client: 'gateway' | 'network',
): NonNullable<Config['fabric']> => {
  const [own, ...others] = plan.organisations;
  if (own === undefined) throw new Error('a network has members');
  const { clientMsp, tlsRoots } = materialOf(own);
  const { cert, key } = identityFiles(clientMsp);
  const peersFile = join(dir, 'peers.json');
  const peers = others.map((other) => ({
    mspId: other.mspId,
    endpoint: `${HOST}:${other.peerPort}`,
    tlsRootPem: readFileSync(materialOf(other).tlsRoots, 'utf8'),
  }));
  writeFileSync(peersFile, JSON.stringify(peers));
  return {
    peer: `${HOST}:${own.peerPort}`,
    mspId: own.mspId,
    client,
    tlsRootFile: tlsRoots,
    certFile: cert,
    keyFile: key,
    peersFile: client === 'network' ? peersFile : undefined,
  };
};

/** Prepares the node; it is started when the channel has been founded with its keys, or before. */
export const prepareFabricNode = async (network: FabricNetwork, client: 'gateway' | 'network'): Promise<FabricNode> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-node-'));
  const [first, ...others] = network.governors as [Governor, ...Governor[]];
  const ledger = { fabric: settingsOf(network, dir, client) };
  const node = await prepareMemberNode(first, { dataDir: join(dir, 'node'), ledger, anchorIntervalMs: 1_000 });
  return {
    url: node.url,
    governors: [node.governor, ...others],
    as: node.as,
    start: node.start,
    close: async () => {
      await node.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
