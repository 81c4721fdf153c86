import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST, identityFiles, materialOf } from '@anlian/consortium/fabric';
import type { Persona } from '@anlian/contracts';
import { prepareMember, startNode } from '@anlian/node';
import { createClient, type NodeClient } from '@anlian/sdk';
import { createFetch } from '@anlian/sdk/http';
import { pino } from 'pino';
import type { Config } from '../../node/src/config.ts';
import { developmentTokens } from '../../portal/src/session/developmentTokens.ts';
import { random } from './embeddedLedger.ts';
import type { FabricNetwork } from './fabricNetwork.ts';
import { CHAINCODE, CHANNEL, freshId, type Governor } from './governors.ts';
import { freePort } from './ports.ts';

/** The node of the network's first governor, which speaks to its own peer. */
export interface FabricNode {
  readonly url: string;
  /** The network's governors, the first with the keys that are in its node. */
  readonly governors: readonly Governor[];
  as(person: Persona): NodeClient;
  start(): Promise<void>;
  close(): Promise<void>;
}

const fetch = createFetch({ localhostToLoopback: true });

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
  const port = await freePort();
  const publicUrl = `http://${first.member}.localhost:${port}`;
  const config: Config = {
    profile: 'development',
    member: first.member,
    company: first.company,
    kind: 'governor',
    name: { zh: '恒远港务集团', en: 'Hengyuan Port Group' },
    host: '127.0.0.1',
    port,
    publicUrl,
    dataDir: join(dir, 'node'),
    templateDir: undefined,
    databaseUrl: undefined,
    channel: CHANNEL,
    chaincode: CHAINCODE,
    ledgerUrl: undefined,
    fabric: settingsOf(network, dir, client),
    carrierUrl: undefined,
    anchorIntervalMs: 1_000,
    logLevel: 'silent',
    exitWithParent: false,
  };
  const { descriptor, keys } = await prepareMember(config, Date.now);
  let node: Awaited<ReturnType<typeof startNode>> | undefined;
  return {
    url: publicUrl,
    governors: [{ ...first, descriptor, actor: keys.key('actor').privateKey }, ...others],
    as: (person) =>
      createClient({
        url: publicUrl,
        fetch,
        newIdempotencyKey: () => freshId('cmd'),
        tokens: developmentTokens({
          identity: { resource: `${publicUrl}/api`, scope: 'api' },
          person,
          fetch: (path, init) => fetch(`${publicUrl}${String(path)}`, init),
          clock: Date.now,
        }),
      }),
    start: async () => {
      node = await startNode(config, { clock: Date.now, random, log: pino({ level: 'silent' }) });
    },
    close: async () => {
      await node?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
};
