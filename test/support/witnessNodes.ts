import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveLedger } from '@anlian/consortium/ledger';
import type { Persona } from '@anlian/contracts';
import { type PreparedMember, prepareMember, type RunningNode, startNode } from '@anlian/node';
import { createClient, type NodeClient } from '@anlian/sdk';
import { createFetch } from '@anlian/sdk/http';
import { connectEmbedded } from '@anlian/sdk/ledger';
import { type ServerType, serve } from '@hono/node-server';
import { pino } from 'pino';
import type { Config } from '../../node/src/config.ts';
import { developmentTokens } from '../../portal/src/session/developmentTokens.ts';
import { genesisWith, openIn, quietLog, random } from './embeddedLedger.ts';
import { CHAINCODE, CHANNEL, foundChannel, foundingGovernors, freshId, type Governor } from './governors.ts';
import { freePort } from './ports.ts';
import { until } from './until.ts';

export const fetchLocal = createFetch({ localhostToLoopback: true });

/** One governor's node, which witnesses the others' logs. */
export interface WitnessingNode {
  readonly member: string;
  readonly url: string;
  /** The private half of its log key, for tests whose log lies. */
  readonly signAsLog: (message: Uint8Array) => Uint8Array;
  readonly logKey: string;
  as(person: Persona): NodeClient;
  get(path: string): Promise<Response>;
  /** Submits a body to the node as a witness. */
  submit(body: string): Promise<Response>;
  /** Writes so many pieces of evidence and returns when the log has taken them up and asked for cosignatures. */
  records(count?: number): Promise<void>;
  /** Returns when everything recorded is on the ledger. */
  anchors(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Three governors' nodes on a real ledger of one operator, each with the addresses of the others. */
export interface WitnessNetwork {
  readonly nodes: readonly [WitnessingNode, WitnessingNode, WitnessingNode];
  close(): Promise<void>;
}

const configOf = ({ member, company }: Governor, dataDir: string, port: number, ledgerUrl: string): Config => ({
  profile: 'development',
  member,
  company,
  kind: 'governor',
  name: { zh: member, en: member },
  host: '127.0.0.1',
  port,
  publicUrl: `http://${member}.localhost:${port}`,
  dataDir,
  templateDir: undefined,
  databaseUrl: undefined,
  channel: CHANNEL,
  chaincode: CHAINCODE,
  ledgerUrl,
  fabric: undefined,
  carrierUrl: undefined,
  // The tests say when.
  anchorIntervalMs: 3_600_000,
  logLevel: 'silent',
  exitWithParent: false,
});

const founderOf = (governor: Governor, { descriptor, identity, msp, keys }: PreparedMember): Governor => ({
  ...governor,
  mspId: identity?.mspId ?? governor.mspId,
  msp: { ...governor.msp, caCertPem: msp?.rootCertPem ?? governor.msp.caCertPem },
  descriptor,
  actor: keys.key('actor').privateKey,
});

const personAt = ({ publicUrl }: Config, person: Persona): NodeClient =>
  createClient({
    url: publicUrl,
    fetch: fetchLocal,
    newIdempotencyKey: () => freshId('cmd'),
    tokens: developmentTokens({
      identity: { resource: `${publicUrl}/api`, scope: 'api' },
      person,
      fetch: (path, init) => fetchLocal(`${publicUrl}${String(path)}`, init),
      clock: Date.now,
    }),
  });

const nodeOf = async (config: Config, { keys }: PreparedMember): Promise<WitnessingNode> => {
  const sources = { clock: Date.now, random, log: pino({ level: 'silent' }) };
  let running: RunningNode | undefined = await startNode(config, sources);
  const log = keys.key('log');
  const url = config.publicUrl;
  const head = async () => (await personAt(config, 'auditor').getNode({})).evidence;
  let written = 0;
  return {
    member: config.member,
    url,
    signAsLog: log.sign,
    logKey: (log.descriptor.jwk as { readonly x: string }).x,
    as: (person) => personAt(config, person),
    get: (path) => fetchLocal(`${url}${path}`),
    submit: (body) => fetchLocal(`${url}/witness/add-checkpoint`, { method: 'POST', body }),
    records: async (count = 1) => {
      const administrator = personAt(config, 'administrator');
      for (let at = 0; at < count; at++) {
        written += 1;
        const body = { url: `http://127.0.0.1:${written}` };
        await administrator.putPeer({ params: { member: 'nobody' }, body });
      }
      await running?.anchorNow();
    },
    anchors: async () => {
      await running?.anchorNow();
      await until('the newest head is anchored', async () => {
        const { size, anchoredSize } = await head();
        return size === anchoredSize;
      });
    },
    stop: async () => {
      await running?.close();
      running = undefined;
    },
    start: async () => {
      running = await startNode(config, sources);
    },
  };
};

const listen = (fetch: Parameters<typeof serve>[0]['fetch'], port: number): Promise<ServerType> =>
  new Promise((resolve) => {
    const server: ServerType = serve({ fetch, hostname: '127.0.0.1', port }, () => resolve(server));
  });

export const openWitnessNetwork = async (): Promise<WitnessNetwork> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-witnesses-'));
  const ledgerPort = await freePort();
  const ledgerUrl = `http://127.0.0.1:${ledgerPort}`;
  const members = [];
  for (const governor of await foundingGovernors()) {
    const config = configOf(governor, join(dir, governor.member), await freePort(), ledgerUrl);
    members.push({ governor, config, prepared: await prepareMember(config, Date.now) });
  }
  const founders = members.map(({ governor, prepared }) => founderOf(governor, prepared));
  const embedded = await openIn(join(dir, 'ledger'), await genesisWith(founders));
  const server = await listen(serveLedger(embedded, quietLog).fetch, ledgerPort);
  const identity = members[0]?.prepared.identity;
  if (identity === undefined) throw new Error('a governor has an identity');
  const sources = { clock: Date.now, random };
  const ledger = connectEmbedded({ url: ledgerUrl, identity, channel: CHANNEL, chaincode: CHAINCODE, ...sources });
  await foundChannel(founders, ledger, { witnesses: 2 });
  const nodes = await Promise.all(members.map(({ config, prepared }) => nodeOf(config, prepared)));
  for (const node of nodes)
    for (const other of nodes.filter(({ member }) => member !== node.member))
      await node.as('administrator').putPeer({ params: { member: other.member }, body: { url: other.url } });
  return {
    nodes: nodes as [WitnessingNode, WitnessingNode, WitnessingNode],
    close: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await embedded.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
};
