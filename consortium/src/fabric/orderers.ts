import { AnlianError } from '@anlian/contracts';
import type { FabricBinaries } from './binaries.ts';
import { joinOrderer } from './channel.ts';
import { type FabricPlan, type OrderingOrganisation, ordererData, orderingOrganisations } from './plan.ts';
import { ordererDaemon } from './programs.ts';
import { consensusOf } from './readiness.ts';
import type { Running } from './run.ts';
import { createStallWatch } from './stall.ts';
import type { FabricTool } from './tool.ts';
import { stallRemedy } from './versions.ts';

interface Ordering {
  readonly plan: FabricPlan;
  readonly binaries: FabricBinaries;
  readonly tool: FabricTool;
  readonly running: Running;
}

/** Those that went on alone try one that was down ever more seldom, in the end every two minutes and a fifth (gRPC's connection backoff). */
const LEADER_WITHIN_MS = 180_000;

/** Starts every orderer that does not run, and waits until each is on the channel and knows who leads. @throws {AnlianError} `fabric_not_ready` */
export const startOrderers = async (ordering: Ordering): Promise<void> => {
  await Promise.all(orderingOrganisations(ordering.plan).map((organisation) => startOrderer(ordering, organisation)));
};

const startOrderer = async (ordering: Ordering, organisation: OrderingOrganisation): Promise<void> => {
  const { plan, binaries, tool, running } = ordering;
  const { port, adminPort, operationsPort } = organisation.orderer;
  const daemon = ordererDaemon(organisation, binaries);
  await running.start(daemon, { ports: [port, adminPort], operationsPort, storesDir: ordererData(organisation) });
  await joinOrderer(tool, plan, organisation);
  const hasStalled = createStallWatch(() => performance.now());
  const isReady = async (): Promise<boolean> => {
    const { knowsLeader, writes } = await consensusOf(operationsPort, plan.channel);
    if (!knowsLeader && hasStalled(writes)) await running.restart(daemon);
    return knowsLeader;
  };
  await running.until(daemon, isReady, LEADER_WITHIN_MS).catch((cause: unknown) => {
    throw withRemedy(cause, stallRemedy(binaries.version));
  });
};

const withRemedy = (cause: unknown, remedy: string | undefined): unknown => {
  if (remedy === undefined || !(cause instanceof AnlianError) || cause.code !== 'fabric_not_ready') return cause;
  const { field = '', detail } = cause;
  return new AnlianError('fabric_not_ready', { field, detail: `${detail} · ${remedy}`, cause });
};
