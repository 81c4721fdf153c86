import { releaseIn } from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { binariesIn, type FabricBinaries } from './binaries.ts';
import { membersOff } from './configured.ts';
import { runningPid } from './daemons.ts';
import type { FabricState } from './home.ts';
import { approvedPackage, type ChaincodeDefinition, committedDefinition, installedPackage } from './lifecycle.ts';
import type { FabricPlan, OrganisationPlan, Profile } from './plan.ts';
import { partPorts } from './ports.ts';
import { everyDaemon } from './programs.ts';
import { asAdministrator, type FabricTool, fabricTool } from './tool.ts';

export interface ProcessStatus {
  /** `hengyuan/peer` */
  readonly name: string;
  /** Undefined: stopped. */
  readonly pid: number | undefined;
  readonly ports: readonly number[];
}

export interface FabricStatus {
  readonly profile: Profile;
  readonly channel: string;
  readonly binaries: FabricState['binaries'];
  readonly processes: readonly ProcessStatus[];
  /** Members whose processes are still here though the channel's configuration no longer names them. */
  readonly off: readonly string[];
  /** Blocks of the channel that the peer of each member on it has; undefined where the peer does not answer. */
  readonly heights: Readonly<Record<string, number | undefined>>;
  /** Undefined when no peer answers, or nothing is committed. */
  readonly chaincode: CommittedChaincode | undefined;
}

export interface CommittedChaincode extends ChaincodeDefinition {
  /** SHA-256 of the bundle that each member approved; undefined of a member that approved none, or does not answer. */
  readonly bundles: Readonly<Record<string, string | undefined>>;
}

/** A peer that is stopped, or about to be, has nothing to say. */
const orNothing = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);

const heightOf = async (tool: FabricTool, { channel }: FabricPlan, organisation: OrganisationPlan): Promise<number> => {
  const { stdout } = await tool('peer', ['channel', 'getinfo', '-c', channel], asAdministrator(organisation));
  return Number((JSON.parse(stdout.slice(stdout.indexOf('{'))) as { height: number | string }).height);
};

const approvedBundle = async (
  tool: FabricTool,
  plan: FabricPlan,
  organisation: OrganisationPlan,
  sequence: number,
): Promise<string | undefined> => {
  const packageId = await approvedPackage(tool, plan, organisation, sequence);
  if (packageId === undefined) return undefined;
  return (await releaseIn(await installedPackage(tool, organisation, packageId)))?.sha256;
};

const eachOf = async <T>(
  organisations: readonly OrganisationPlan[],
  ask: (organisation: OrganisationPlan) => Promise<T | undefined>,
): Promise<Record<string, T | undefined>> =>
  Object.fromEntries(
    await Promise.all(
      organisations.map(async (organisation) => [organisation.member, await orNothing(ask(organisation))] as const),
    ),
  );

const committedOn = async (
  tool: FabricTool,
  plan: FabricPlan,
  answering: readonly OrganisationPlan[],
): Promise<CommittedChaincode | undefined> => {
  const [first] = answering;
  const definition = first && (await orNothing(committedDefinition(tool, plan, first)));
  if (!definition) return undefined;
  const bundles = await eachOf(answering, (one) => approvedBundle(tool, plan, one, definition.sequence));
  return { ...definition, bundles };
};

/** How a network stands. It asks and changes nothing. @throws {AnlianError} `fabric_binary_missing` when those of the last start are gone */
export const fabricStatus = async (
  plan: FabricPlan,
  state: Pick<FabricState, 'binaries'>,
  sources: IssuingSources,
): Promise<FabricStatus> => {
  const ports = new Map(partPorts(plan).map((part) => [part.name, part.ports]));
  const processes = await Promise.all(
    everyDaemon(plan).map(async (daemon) => ({
      name: daemon.name,
      pid: await runningPid(daemon),
      ports: ports.get(daemon.name) ?? [],
    })),
  );
  const up = new Set(processes.flatMap(({ name, pid }) => (pid === undefined ? [] : [name])));
  const answering = plan.organisations.filter(({ member }) => up.has(`${member}/peer`));
  const { dir: binDir, source } = state.binaries;
  const binaries: FabricBinaries = await binariesIn(binDir, source);
  const tool = fabricTool(binaries);
  const off = await membersOff(plan, answering, sources);
  const onChannel = answering.filter(({ member }) => !off.includes(member));
  const [heights, chaincode] = await Promise.all([
    eachOf(onChannel, (organisation) => heightOf(tool, plan, organisation)),
    committedOn(tool, plan, onChannel),
  ]);
  const { version } = binaries;
  return {
    profile: plan.profile,
    channel: plan.channel,
    binaries: { dir: binDir, source, version },
    processes,
    off,
    heights,
    chaincode,
  };
};
