import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaincodeBundle } from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import type { Progress } from '../launcher/progress.ts';
import { administrationOf, isOnChannel, writeConnection } from './administration.ts';
import { majorityAnswers, memberLedger } from './answering.ts';
import type { FabricBinaries } from './binaries.ts';
import { writeBuilders } from './builders.ts';
import { ensureGenesis, joinPeer } from './channel.ts';
import { stopDaemon } from './daemons.ts';
import { type Departed, departedFrom, planOfOthers, stopDeparted } from './departed.ts';
import { deployChaincode } from './deploy.ts';
import { ensureMaterial } from './material.ts';
import { startOrderers } from './orderers.ts';
import { type FabricPlan, type OrganisationPlan, orderingOrganisations, peerData } from './plan.ts';
import { refuseForeignPorts } from './ports.ts';
import { everyDaemon, peerDaemon } from './programs.ts';
import { createRunning, type Running } from './run.ts';
import { CUTTINGS, type Cutting, DEFAULT_CUTTING } from './settings/channel.ts';
import { ordererSettings } from './settings/orderer.ts';
import { peerSettings } from './settings/peer.ts';
import { type FabricTool, fabricTool } from './tool.ts';
import { requireFitting } from './versions.ts';

export interface FabricUpOptions {
  readonly plan: FabricPlan;
  readonly binaries: FabricBinaries;
  readonly sources: IssuingSources;
  readonly progress: Progress;
  /** Aborted, what this start has started is stopped again. */
  readonly signal: AbortSignal;
  /** How blocks are cut on a channel that is made now. */
  readonly cutting?: Cutting | undefined;
  /** The chaincode to run; built from the checkout unless given. */
  readonly bundle?: ChaincodeBundle;
  /** Told of members that others took off the channel; the rest starts without them. */
  readonly onDeparted?: (departed: readonly Departed[]) => void;
}

interface Rising extends FabricUpOptions {
  readonly tool: FabricTool;
  readonly running: Running;
  readonly clock: () => number;
}

/**
 * Starts the network: made at the first start, resumed at later ones. Every step that is done already is passed over; a start that
 * fails or is cut short stops what it started.
 * @throws {AnlianError} `port_taken`, `fabric_version_unsuitable`, `fabric_not_ready`, `fabric_step_failed`
 */
export const fabricUp = async (options: FabricUpOptions): Promise<void> => {
  const { plan, binaries, progress, signal } = options;
  const step = async (zh: string, en: string, work: () => Promise<unknown>): Promise<void> => {
    signal.throwIfAborted();
    const one = progress.step({ zh, en }, 1);
    await work();
    one.advance();
    one.done();
  };
  requireFitting(plan.profile, binaries);
  await refuseForeignPorts(plan);
  // Transactions are dated as time passes from `now`; a first start takes longer than endorsers' clocks may differ.
  const startedAt = performance.now();
  const clock = () => options.sources.now.getTime() + Math.floor(performance.now() - startedAt);
  const rising = { ...options, clock, tool: fabricTool(binaries, signal), running: createRunning(signal) };
  try {
    await step('证书与创世区块', 'Certificates and genesis block', () => prepare(rising));
    await step('排序节点', 'Orderers', () => startOrderers(rising));
    let present = plan;
    await step('对等节点', 'Peers', async () => {
      const departed = await startPeers(rising);
      if (departed.length === 0) return;
      present = planOfOthers(plan, departed);
      await stopDeparted(plan, departed);
      options.onDeparted?.(departed);
    });
    await step('链码', 'Chaincode', () => deployChaincode({ ...rising, plan: present }));
    await step('背书', 'Endorsement', () => awaitMajorities({ ...rising, plan: present }));
  } catch (error) {
    await rising.running.stop();
    throw error;
  }
};

/** Stops whatever of the network runs, and waits until it has ended. Returns the names of what was stopped. */
export const fabricDown = async (plan: FabricPlan): Promise<string[]> => {
  const stopped = await Promise.all(
    everyDaemon(plan).map(async (daemon) => ((await stopDaemon(daemon)) ? [daemon.name] : [])),
  );
  return stopped.flat();
};

const buildersDir = ({ dir }: FabricPlan): string => join(dir, 'builders');

const writeSettings = async (dir: string, name: string, settings: object): Promise<void> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(join(dir, name), JSON.stringify(settings, null, 2), { mode: 0o600 });
};

const prepare = async ({ plan, binaries, sources, tool, cutting = DEFAULT_CUTTING }: Rising): Promise<void> => {
  for (const organisation of plan.organisations) {
    await ensureMaterial(organisation, sources);
    await writeConnection(plan, organisation);
    await writeSettings(
      join(organisation.dir, 'peer-config'),
      'core.yaml',
      peerSettings(organisation, buildersDir(plan)),
    );
  }
  for (const organisation of orderingOrganisations(plan))
    await writeSettings(
      join(organisation.dir, 'orderer-config'),
      'orderer.yaml',
      ordererSettings(organisation, binaries.version),
    );
  await writeBuilders(buildersDir(plan));
  await ensureGenesis(tool, plan, CUTTINGS[cutting]);
};

/** Returns who is off the channel: the peer of such a member would never get there. */
const startPeers = async ({ plan, binaries, sources, signal, running }: Rising): Promise<readonly Departed[]> => {
  const hasDeparted = async (whom: OrganisationPlan): Promise<boolean> =>
    (await departedFrom(plan, sources)).some(({ member }) => member === whom.member);
  await Promise.all(
    plan.organisations.map(async (organisation) => {
      const { peerPort, peerOperationsPort } = organisation;
      const daemon = peerDaemon(organisation, binaries);
      await running.start(daemon, {
        ports: [peerPort],
        operationsPort: peerOperationsPort,
        storesDir: peerData(organisation),
      });
      await joinPeer(plan, await administrationOf(plan, organisation, sources, signal));
      // One that joined later reads the blocks up to its admission first, and before answers nobody of its own.
      await running.until(
        daemon,
        async () => (await isOnChannel(plan, organisation, sources)) || (await hasDeparted(organisation)),
      );
    }),
  );
  return departedFrom(plan, sources);
};

/** Peers run before they know of one another: till then their gateways find nobody else who could endorse. */
const awaitMajorities = async ({ plan, binaries, sources: { crypto }, running, clock }: Rising): Promise<void> => {
  await Promise.all(
    plan.organisations.map(async (organisation) => {
      const ledger = await memberLedger(plan, organisation, { crypto, clock });
      try {
        await running.until(peerDaemon(organisation, binaries), () => majorityAnswers(ledger));
      } finally {
        ledger.close();
      }
    }),
  );
};
