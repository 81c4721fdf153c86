import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contract, type EmbeddedLedger, serveLedger } from '@anlian/consortium/ledger';
import type { CommandArgs, CommandName, Persona, ProposedAction } from '@anlian/contracts';
import { type PreparedMember, prepareMember, startNode } from '@anlian/node';
import { createClient, type NodeClient } from '@anlian/sdk';
import { createFetch } from '@anlian/sdk/http';
import type { Ledger } from '@anlian/sdk/ledger';
import { type ServerType, serve } from '@hono/node-server';
import { pino } from 'pino';
import type { Config } from '../../node/src/config.ts';
import { developmentTokens } from '../../portal/src/session/developmentTokens.ts';
import { connectAs, genesisWith, openIn, quietLog, random } from '../support/embeddedLedger.ts';
import {
  CHAINCODE,
  CHANNEL,
  foundChannel,
  foundingGovernors,
  freshId,
  type Governor,
  signedBy,
} from '../support/governors.ts';
import { freePort } from '../support/ports.ts';

const log = pino({ level: 'silent' });
const fetch = createFetch({ localhostToLoopback: true });

/** 恒远's node, served at its own address, in a channel of three governors on a real ledger. */
export interface PortalNode {
  readonly url: string;
  /** A person at the node, through the sign-in that the portal itself uses. */
  as(person: Persona): NodeClient;
  /** Sends another member's command; resolves when the ledger has it. */
  submit<N extends CommandName>(
    by: Pick<Governor, 'member' | 'actor' | 'descriptor'>,
    name: N,
    args: CommandArgs<N>,
  ): Promise<void>;
  /** Two of three governors are a majority. */
  decide(proposed: ProposedAction): Promise<void>;
  readonly qichuan: Governor;
  /** Stops the node alone. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const configOf = (dataDir: string, port: number, ledgerUrl: string): Config => ({
  profile: 'development',
  member: 'hengyuan',
  company: '91990101MAAA00012T',
  kind: 'governor',
  name: { zh: '恒远港务集团', en: 'Hengyuan Port Group' },
  host: '127.0.0.1',
  port,
  publicUrl: `http://hengyuan.localhost:${port}`,
  dataDir,
  templateDir: undefined,
  databaseUrl: undefined,
  channel: CHANNEL,
  chaincode: CHAINCODE,
  ledgerUrl,
  fabric: undefined,
  carrierUrl: undefined,
  anchorIntervalMs: 500,
  logLevel: 'silent',
  exitWithParent: false,
});

/** The node's member as its keystore knows it, so that it founds the channel with the others. */
const founderOf = (governor: Governor, { descriptor, identity, msp, keys }: PreparedMember): Governor => ({
  ...governor,
  mspId: identity?.mspId ?? governor.mspId,
  msp: { ...governor.msp, caCertPem: msp?.rootCertPem ?? governor.msp.caCertPem },
  descriptor,
  actor: keys.key('actor').privateKey,
});

/** `contract` is what the ledger's operator runs; the rules when absent. */
export const startPortalNode = async (contract?: Contract): Promise<PortalNode> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-portal-'));
  const [first, qichuan, zhengheng] = (await foundingGovernors()) as [Governor, Governor, Governor];
  const ledgerPort = await freePort();
  const config = configOf(join(dir, 'node'), await freePort(), `http://127.0.0.1:${ledgerPort}`);
  const governors = [founderOf(first, await prepareMember(config, Date.now)), qichuan, zhengheng];
  const embedded = await openIn(join(dir, 'ledger'), await genesisWith(governors), contract);
  const server = await listen(embedded, ledgerPort);
  const ledger: Ledger = connectAs(qichuan, config.ledgerUrl ?? '');
  await foundChannel(governors, ledger);
  const sources = { clock: Date.now, random, log };
  let node = await startNode(config, sources);

  const submit: PortalNode['submit'] = async (by, name, args) => {
    await ledger.submit(signedBy({ ...qichuan, ...by }, name, args));
  };
  return {
    url: config.publicUrl,
    as: (person) => personAt(config, person),
    submit,
    decide: async (proposed) => {
      const proposal = freshId('prp');
      await submit(qichuan, 'proposal:open', { proposal, proposed });
      await submit(zhengheng, 'proposal:vote', { proposal, vote: 'for' });
    },
    qichuan,
    stop: () => node.close(),
    start: async () => {
      node = await startNode(config, sources);
    },
    close: async () => {
      await node.close();
      await embedded.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(dir, { recursive: true });
    },
  };
};

const personAt = ({ publicUrl }: Pick<Config, 'publicUrl'>, person: Persona): NodeClient =>
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
  });

const listen = (embedded: EmbeddedLedger, port: number): Promise<ServerType> =>
  new Promise((resolve) => {
    const server: ServerType = serve(
      { fetch: serveLedger(embedded, quietLog).fetch, hostname: '127.0.0.1', port },
      () => {
        resolve(server);
      },
    );
  });
