import { planConsortium } from '@anlian/consortium/launcher';
import type { Persona } from '@anlian/contracts';
import { type Config, type PreparedMember, prepareMember, type RunningNode, startNode } from '@anlian/node';
import { createClient, type NodeClient } from '@anlian/sdk';
import { pino } from 'pino';
import { developmentTokens } from '../../portal/src/session/developmentTokens.ts';
import { CHAINCODE, CHANNEL, freshId, type Governor } from './governors.ts';
import { localFetch, random } from './people.ts';
import { freePort } from './ports.ts';

/** Where a node finds its ledger: the embedded one's service, or a peer of Fabric. */
export type NodesLedger = { readonly ledgerUrl: string } | { readonly fabric: NonNullable<Config['fabric']> };

export interface MemberNodeSettings {
  readonly dataDir: string;
  readonly ledger: NodesLedger;
  /** Milliseconds. */
  readonly anchorIntervalMs: number;
}

/** A governor's real node, with keys and a database of its own, at an address of its own. */
export interface MemberNode {
  readonly member: string;
  readonly url: string;
  readonly keys: PreparedMember['keys'];
  readonly identity: PreparedMember['identity'];
  /** The governor as its node's keystore knows it, so that it founds a channel with the others. */
  readonly governor: Governor;
  /** A person at the node, through the sign-in that the portal itself uses. */
  as(person: Persona): NodeClient;
  get(path: string): Promise<Response>;
  start(): Promise<void>;
  /** Stops a node that runs. */
  stop(): Promise<void>;
  /** Takes waiting evidence into the log of a node that runs, and anchors it. */
  anchorNow(): Promise<void>;
}

/** Prepares a governor's node; it can be started before the channel is founded with its keys, or after. */
export const prepareMemberNode = async (governor: Governor, settings: MemberNodeSettings): Promise<MemberNode> => {
  const config = configOf(governor, settings, await freePort());
  const url = config.publicUrl;
  const prepared = await prepareMember(config, Date.now);
  let running: RunningNode | undefined;
  return {
    member: governor.member,
    url,
    keys: prepared.keys,
    identity: prepared.identity,
    governor: keyedBy(governor, prepared),
    as: (person) => personAt(url, person),
    get: (path) => localFetch(`${url}${path}`),
    start: async () => {
      running = await startNode(config, { clock: Date.now, random, log: pino({ level: 'silent' }) });
    },
    stop: async () => {
      await running?.close();
      running = undefined;
    },
    anchorNow: async () => running?.anchorNow(),
  };
};

const NAMES = new Map(planConsortium(0).members.map(({ member, name }) => [member, name]));

/** Settings as a member would write them for development. */
export const configOf = (
  { member, company }: Governor,
  { dataDir, ledger, anchorIntervalMs }: MemberNodeSettings,
  port: number,
): Config => ({
  profile: 'development',
  member,
  company,
  kind: 'governor',
  name: NAMES.get(member) ?? { zh: member, en: member },
  host: '127.0.0.1',
  port,
  publicUrl: `http://${member}.localhost:${port}`,
  dataDir,
  templateDir: undefined,
  databaseUrl: undefined,
  channel: CHANNEL,
  chaincode: CHAINCODE,
  ledgerUrl: undefined,
  fabric: undefined,
  carrierUrl: undefined,
  anchorIntervalMs,
  logLevel: 'silent',
  exitWithParent: false,
  ...ledger,
});

const keyedBy = (governor: Governor, { descriptor, identity, msp, keys }: PreparedMember): Governor => ({
  ...governor,
  mspId: identity?.mspId ?? governor.mspId,
  msp: { ...governor.msp, caCertPem: msp?.rootCertPem ?? governor.msp.caCertPem },
  descriptor,
  actor: keys.key('actor').privateKey,
});

const personAt = (url: string, person: Persona): NodeClient =>
  createClient({
    url,
    fetch: localFetch,
    newIdempotencyKey: () => freshId('cmd'),
    tokens: developmentTokens({
      identity: { resource: `${url}/api`, scope: 'api' },
      person,
      fetch: (path, init) => localFetch(`${url}${String(path)}`, init),
      clock: Date.now,
    }),
  });
