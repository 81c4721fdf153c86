import {
  approvedPackage,
  type ChaincodeDefinition,
  channelHeight,
  committedDefinition,
  type FabricAdministration,
  installedPackage,
  releaseIn,
} from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { administrationOf } from './administration.ts';
import { binariesIn, type FabricBinaries } from './binaries.ts';
import { membersOff } from './configured.ts';
import { runningPid } from './daemons.ts';
import type { FabricState } from './home.ts';
import type { FabricPlan, OrganisationPlan, Profile } from './plan.ts';
import { partPorts } from './ports.ts';
import { everyDaemon } from './programs.ts';

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

const approvedBundle = async (
  administration: FabricAdministration,
  definition: ChaincodeDefinition,
): Promise<string | undefined> => {
  const packageId = await approvedPackage(administration, definition);
  if (packageId === undefined) return undefined;
  return (await releaseIn(await installedPackage(administration, packageId)))?.sha256;
};

/** Administrators of the members whose peers answer. */
type Administrations = ReadonlyMap<string, FabricAdministration>;

const eachOf = async <T>(
  administrations: Administrations,
  ask: (administration: FabricAdministration) => Promise<T | undefined>,
): Promise<Record<string, T | undefined>> =>
  Object.fromEntries(
    await Promise.all([...administrations].map(async ([member, one]) => [member, await orNothing(ask(one))] as const)),
  );

const committedOn = async (
  { chaincode }: FabricPlan,
  administrations: Administrations,
): Promise<CommittedChaincode | undefined> => {
  const [first] = administrations.values();
  const committed = first && (await orNothing(committedDefinition(first, chaincode)));
  if (!committed) return undefined;
  const { version, sequence } = committed;
  const definition = { chaincode, version, sequence };
  return { ...definition, bundles: await eachOf(administrations, (one) => approvedBundle(one, definition)) };
};

const administrationsOf = async (
  plan: FabricPlan,
  organisations: readonly OrganisationPlan[],
  sources: IssuingSources,
): Promise<Administrations> =>
  new Map(
    await Promise.all(
      organisations.map(async (one) => [one.member, await administrationOf(plan, one, sources)] as const),
    ),
  );

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
  const off = await membersOff(plan, answering, sources);
  const staying = answering.filter(({ member }) => !off.includes(member));
  const onChannel = await administrationsOf(plan, staying, sources);
  const [heights, chaincode] = await Promise.all([eachOf(onChannel, channelHeight), committedOn(plan, onChannel)]);
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
