import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type DirectoryLock, lockDirectory } from '@anlian/sdk/directory-lock';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { type BinarySources, type FabricBinaries, findBinaries } from '../fabric/binaries.ts';
import { genesisFile } from '../fabric/channel.ts';
import { runningPid } from '../fabric/daemons.ts';
import { type Departed, departedText, planOfOthers } from '../fabric/departed.ts';
import { makeDirectory } from '../fabric/directory.ts';
import {
  DEFAULT_FABRIC_PORT,
  type FabricState,
  layoutOf,
  planAt,
  readState,
  settle,
  writeState,
} from '../fabric/home.ts';
import { ensureMaterial, identityFiles, materialOf } from '../fabric/material.ts';
import { type FabricUpOptions, fabricDown, fabricUp } from '../fabric/network.ts';
import { everyOrganisation, type FabricPlan, HOST } from '../fabric/plan.ts';
import { everyDaemon } from '../fabric/programs.ts';
import { binariesText } from '../fabric/statusText.ts';
import { DEFAULT_FIRST_PORT, type MemberPlan } from './plan.ts';
import { SILENT } from './progress.ts';

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined);

/** How a governor's node reaches its own peer, with the identity that the member's own authority issued to its client. */
export const fabricEnvironment = (plan: FabricPlan, { member }: MemberPlan): Record<string, string> => {
  // The node of a member that left goes on with its own records; its peer does not answer.
  const organisation = everyOrganisation(plan).find((one) => one.member === member);
  if (!organisation) throw new RangeError(`no peer of ${member}`);
  const { clientMsp, tlsRoots } = materialOf(organisation);
  const { cert, key } = identityFiles(clientMsp);
  return {
    ANLIAN_FABRIC_PEER: `${HOST}:${organisation.peerPort}`,
    ANLIAN_FABRIC_TLS_ROOT: tlsRoots,
    ANLIAN_FABRIC_MSP_ID: organisation.mspId,
    ANLIAN_FABRIC_CERT: cert,
    ANLIAN_FABRIC_KEY: key,
  };
};

/** From the nodes' first port to the network's, so that a consortium elsewhere takes its network along. */
const PORTS_APART = DEFAULT_FABRIC_PORT - DEFAULT_FIRST_PORT;

/** The governors' network. Its ports are in its channel's configuration: they stay when the nodes' move. */
export const planFabricOf = async (dir: string, firstPort: number): Promise<FabricPlan> => {
  const isMade = existsSync(genesisFile({ dir }));
  const asked = { profile: undefined, firstPort: isMade ? undefined : firstPort + PORTS_APART };
  return planAt(dir, await settle(dir, asked));
};

/** Remembers the network where `npm run fabric:status -- --home` finds it. */
const remember = async (plan: FabricPlan, { dir, source, version }: FabricBinaries): Promise<FabricState> => {
  const known = await readState(plan.dir);
  const state: FabricState = { ...known, v: 1, ...layoutOf(plan), binaries: { dir, source, version } };
  await writeState(plan.dir, state);
  return state;
};

/** Made before the nodes: what their settings name must be there. */
export const makeMaterial = async ({ organisations }: FabricPlan, sources: IssuingSources): Promise<void> => {
  for (const organisation of organisations) await ensureMaterial(organisation, sources);
};

/** Finds Fabric's programs and tells which; a newer patch release is told too. */
export const announcedBinaries = async (
  sources: Omit<BinarySources, 'onBuild'>,
  say: (line: string) => void,
): Promise<FabricBinaries> => {
  const onBuild = () => say('  构建 Fabric（仅一次，需数分钟）Building Fabric, once: it takes minutes');
  const binaries = await findBinaries({ ...sources, onBuild });
  say(`  ${binariesText(binaries)}`);
  return binaries;
};

/** A network under the launcher's care: a part that ends by itself is started again. */
export interface RunningFabric {
  readonly ready: Promise<void>;
  /** Rejects when a part cannot be started again. */
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

const WATCH_EVERY_MS = 500;

const endedParts = async (plan: FabricPlan): Promise<string[]> => {
  const parts = await Promise.all(
    everyDaemon(plan).map(async (daemon) => ((await runningPid(daemon)) === undefined ? [daemon.name] : [])),
  );
  return parts.flat();
};

export interface KeptFabric extends Omit<FabricUpOptions, 'sources'> {
  /** Read anew for each start: what ends days later is started by the clock of then. */
  readonly sources: () => IssuingSources;
}

/** @param present the plan without those who left meanwhile: what ends of theirs stays so */
const keepUp = async (options: KeptFabric, present: () => FabricPlan, say: (line: string) => void): Promise<void> => {
  const { signal } = options;
  for (;;) {
    await pause(WATCH_EVERY_MS, signal);
    if (signal.aborted) return;
    const plan = present();
    const ended = await endedParts(plan);
    if (ended.length === 0 || signal.aborted) continue;
    say(`  ! 已退出，重新启动 Ended, started again: ${ended.join(', ')}`);
    await fabricUp({ ...options, sources: options.sources(), plan, progress: SILENT });
  }
};

/**
 * Starts the network and keeps it up until it is stopped, whatever was still being started then. Meanwhile the commands that change it
 * are refused.
 */
export const startFabric = (options: KeptFabric, say: (line: string) => void): RunningFabric => {
  const { plan, binaries } = options;
  const stopping = new AbortController();
  let present = plan;
  const onDeparted = (departed: readonly Departed[]): void => {
    present = planOfOthers(present, departed);
    for (const one of departed) say(departedText(one));
  };
  const running = { ...options, onDeparted, signal: AbortSignal.any([options.signal, stopping.signal]) };
  let lock: DirectoryLock | undefined;
  const start = async (): Promise<void> => {
    await makeDirectory(plan.dir);
    lock = lockDirectory(plan.dir);
    const { cutting } = await remember(plan, binaries);
    await fabricUp({ ...running, sources: running.sources(), cutting: running.cutting ?? cutting });
  };
  const ready = start();
  const ended = ready.then(() => keepUp(running, () => present, say));
  const settled = ended.catch(() => undefined);
  return {
    ready,
    ended,
    stop: async () => {
      stopping.abort();
      await settled;
      if (!lock) return;
      await fabricDown(plan);
      lock.release();
    },
  };
};
