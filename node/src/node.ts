import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteVerifier } from '@anlian/chaincode/proof';
import { AnlianError, checkpointOrigin, fromBase64Url, type MemberDescriptor } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import { LEDGER_LABELS, type LedgerKind } from '@anlian/sdk/ledger';
import { eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import { createApp } from './app.ts';
import type { Clock, Random } from './clock.ts';
import type { Config } from './config.ts';
import { contractorProjector } from './contractors/projector.ts';
import { openDatabase } from './db/database.ts';
import type { NodeDeps } from './deps.ts';
import { evidenceProjector, nodeCaller, startAnchoring } from './evidence/anchor.ts';
import { createAllRecorder, createRecorder } from './evidence/record.ts';
import { createGuard, staffGuard } from './http/guard.ts';
import { listen } from './http/listen.ts';
import { createIdentity } from './identity/identity.ts';
import { createNodeServer } from './identity/server.ts';
import { connectLedger } from './ledger/connect.ts';
import { type Follower, startFollower } from './ledger/follow.ts';
import { startBuildingRules } from './ledger/ownRules.ts';
import { createQueue } from './ledger/queue.ts';
import { createReexecutor } from './ledger/reexecute.ts';
import { startSubmitter } from './ledger/submit.ts';
import { type PreparedMember, prepareMember } from './member.ts';
import { networkProjector } from './network/projector.ts';
import { liveKeys } from './network/store.ts';
import { tenants } from './network/tables.ts';
import { awaitDescription, watchLedger } from './operations/connection.ts';
import { createMetrics } from './operations/metrics.ts';
import { createCosigning } from './witness/collect.ts';
import { witnessProjector } from './witness/projector.ts';
import { startHandover } from './workers/handover.ts';
import { workersProjector } from './workers/projector.ts';

/** Folder of the database's migrations. */
export const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), '..', 'drizzle');
const VERSION = '0.1.0';
const COMMIT_WAIT_MS = 10_000;

export interface NodeSources {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** A running node. */
export interface RunningNode {
  readonly url: string;
  readonly port: number;
  readonly descriptor: MemberDescriptor;
  /** Takes waiting evidence into the log and anchors it now. */
  readonly anchorNow: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts one member's node: keys, database, issuer, ledger, API. The API answers before the ledger is there; `/readyz` tells.
 * @throws {AnlianError} `data_dir_locked`, `port_taken`, `storage_full`, `database_unavailable`, `configuration_invalid`
 */
export const startNode = async (config: Config, sources: NodeSources): Promise<RunningNode> => {
  const { clock, random, log } = sources;
  const member = await prepareMember(config, clock);
  const database = await openDatabase({ ...databaseOptions(config), migrationsDir: MIGRATIONS });
  const { db } = database;
  const fetch = createFetch({ localhostToLoopback: config.profile === 'development' });
  const stopping = new AbortController();
  const ownRules = config.fabric && startBuildingRules(log);

  const identity = await createIdentity({
    config,
    db,
    clock,
    log,
    keysDir: join(config.dataDir, 'issuer'),
    memberKeys: (other) => liveKeys(db, other, 'entity', clock()),
    isTenant: async (org) =>
      (await db.select({ member: tenants.member }).from(tenants).where(eq(tenants.member, org))).length > 0,
  });
  const connection = connectLedger(config, member, sources, fetch);
  const ledger = watchLedger(connection.access);
  // A participant learns from its carrier; until then the weaker of the two stands.
  const expected: LedgerKind = config.fabric ? 'fabric' : 'embedded';
  const { keys } = member;
  const queue = createQueue({
    db,
    channel: config.channel,
    chaincode: config.chaincode,
    issuer: identity.issuer,
    keys,
    member: config.member,
    clock,
    random,
  });
  const guard = createGuard(identity.verify);
  let follower: Follower | undefined;

  const recordEvidence = createRecorder({ clock, random });
  const deps: NodeDeps = {
    config,
    db,
    clock,
    random,
    keys,
    ledger,
    readBlock: connection.readBlock,
    queue,
    recordEvidence,
    recordAllEvidence: createAllRecorder({ clock, random }),
    guard,
    staff: staffGuard(guard, config.member),
    log,
    commitWaitMs: COMMIT_WAIT_MS,
    fetch,
    height: () => follower?.height() ?? 0,
  };
  const cosigning = createCosigning(deps);
  const app = createApp(deps, {
    metrics: createMetrics(deps, cosigning),
    awaitedCosignatures: cosigning.awaiting,
    descriptor: member.descriptor,
    followFault: () => (follower ? follower.fault() : new AnlianError('ledger_unavailable')),
    describeLedger: () =>
      ledger.description() ?? {
        kind: expected,
        label: LEDGER_LABELS[expected],
        channel: config.channel,
        chaincode: config.chaincode,
        height: 1,
        genesisHash: '',
      },
    ledgerReachable: ledger.reachable,
    version: VERSION,
  });

  const server = createNodeServer({ app, identity });
  const port = await listen(server, config).catch(async (error: unknown) => {
    await identity.close();
    await database.close();
    throw error;
  });

  const submitter = startSubmitter({
    queue,
    ledger,
    log,
    resignMachine: (row) =>
      queue.resign({ ...nodeCaller(config.member), subject: row.author, org: row.org }, row.commandId),
  });
  const origin = checkpointOrigin(config.channel, config.member);
  const anchoring = startAnchoring({
    db,
    clock,
    origin,
    signer: await logSigner(member, origin),
    member: config.member,
    queue,
    cosigning,
    log,
    intervalMs: config.anchorIntervalMs,
  });
  const handover = startHandover(deps);
  const described = awaitDescription(ledger, { log, signal: stopping.signal });
  follower = startFollower({
    db,
    ledger,
    queue,
    projectors: [
      networkProjector,
      contractorProjector,
      workersProjector,
      evidenceProjector(config.member),
      witnessProjector(deps),
    ],
    // A participant gets only what concerns it, which is no state to run anything upon.
    reexecute: connection.readBlock && createReexecutor({ ...config, ownRules, clock, recordEvidence, log }),
    clock,
    log,
    genesisHash: described.then((description) => description?.genesisHash),
  });

  return {
    url: config.publicUrl,
    port,
    descriptor: member.descriptor,
    anchorNow: anchoring.now,
    close: async () => {
      stopping.abort();
      await handover.stop();
      await anchoring.stop();
      await submitter.stop();
      await follower?.stop();
      connection.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await identity.close();
      await database.close();
    },
  };
};

const databaseOptions = (config: Config) =>
  config.databaseUrl === undefined
    ? { dataDir: join(config.dataDir, 'database'), templateDir: config.templateDir }
    : { url: config.databaseUrl };

const logSigner = async ({ keys }: PreparedMember, origin: string) => {
  const key = keys.key('log');
  return { verifier: await noteVerifier(origin, fromBase64Url(key.descriptor.jwk.x)), sign: key.sign };
};
