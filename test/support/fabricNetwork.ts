import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  administrationOf,
  type Cutting,
  type DaemonFiles,
  deployChaincode,
  everyDaemon,
  type FabricPlan,
  fabricDown,
  fabricUp,
  HOST,
  identityFiles,
  listening,
  materialOf,
  type OrganisationPlan,
  PORTS_EACH,
  type Profile,
  planFabric,
  type Running,
  runningPid,
  startDaemon,
  stopDaemon,
} from '@anlian/consortium/fabric';
import { approveDefinition, commitDefinition, type FabricAdministration } from '@anlian/sdk/fabric';
import {
  type ConnectedLedger,
  connectLedger,
  type LedgerConnection,
  type LedgerIdentity,
  type MspMaterial,
  signerOf,
} from '@anlian/sdk/ledger';
import type { OpenedLedger } from '../conformance/ledger.ts';
import { freePorts } from './consortium.ts';
import { fabricBinaries } from './fabricParts.ts';
import { CHAINCODE, CHANNEL, type Governor, governorsWith } from './governors.ts';
import { listened, openLine } from './line.ts';
import { until } from './until.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** A real network of three governors on loopback, and the governors themselves. */
export interface FabricNetwork {
  readonly plan: FabricPlan;
  readonly governors: readonly Governor[];
  organisationOf(governor: Governor): OrganisationPlan;
  /** The process of a part, `hengyuan/peer`. Throws when it does not run. */
  pidOf(part: string): Promise<number>;
  /** As a power cut would end it; returns when it is gone. */
  kill(part: string): Promise<void>;
  /** Starts whatever of the network does not run. */
  up(): Promise<void>;
  /** A further channel of the same members, peers and chaincode. */
  openChannel(channel: string): Promise<void>;
  /** Commits the running chaincode under a second name, for which no service is configured. */
  commitAlso(chaincode: string): Promise<void>;
  /** Deploys a chaincode of our rules beside the running one, with services of its own that know its name. */
  deployAlso(chaincode: string): Promise<void>;
  down(): Promise<void>;
  remove(): void;
}

const FOUNDERS = ['hengyuan', 'qichuan', 'zhengheng'];
/** A fourth organisation orders too where one of the orderers may lie. */
const FOURTH = 'dinggu';

/** Tells nobody how far a start has come. */
export const noProgress = { step: () => ({ advance: () => undefined, done: () => undefined }) };

/** The organisation’s client and authority; the authority’s own key stays where it is. */
export const mspOf = (organisation: OrganisationPlan): MspMaterial => {
  const { cert, key } = identityFiles(materialOf(organisation).clientMsp);
  const read = (file: string) => readFileSync(file, 'utf8');
  return {
    certPem: read(cert),
    keyPem: read(key),
    caCertPem: read(join(materialOf(organisation).orgMsp, 'cacerts', 'ca.crt')),
    caKeyPem: '',
  };
};

export const openFabricNetwork = async (profile: Profile = 'raft1', cutting?: Cutting): Promise<FabricNetwork> => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-'));
  const names = profile === 'bft4' ? [...FOUNDERS, FOURTH] : FOUNDERS;
  const members = names.map((member) => ({ member, mspId: `${member}MSP`, name: member }));
  const firstPort = await freePorts(27_000, members.length * PORTS_EACH);
  const plan = planFabric({ dir, profile, channel: CHANNEL, chaincode: CHAINCODE, members, firstPort });
  const binaries = await fabricBinaries();
  const up = (planned = plan) =>
    fabricUp({
      plan: planned,
      binaries,
      cutting,
      sources: { crypto: globalThis.crypto, now: new Date() },
      progress: noProgress,
      signal: new AbortController().signal,
    });
  await up();
  const besides: DaemonFiles[] = [];
  const organisationOf = ({ member }: Pick<Governor, 'member'>) => {
    const found = plan.organisations.find((organisation) => organisation.member === member);
    if (!found) throw new Error(`no organisation of ${member}`);
    return found;
  };
  const filesOf = (part: string) => {
    const found = everyDaemon(plan).find(({ name }) => name === part);
    if (!found) throw new Error(`no ${part}`);
    return found;
  };
  const pidOf = async (part: string) => {
    const pid = await runningPid(filesOf(part));
    if (pid === undefined) throw new Error(`${part} does not run`);
    return pid;
  };
  return {
    plan,
    governors: governorsWith(({ member }) => mspOf(organisationOf({ member }))),
    pidOf,
    kill: async (part) => {
      process.kill(await pidOf(part), 'SIGKILL');
      await until(`${part} is gone`, async () => (await runningPid(filesOf(part))) === undefined);
    },
    organisationOf,
    up: () => up(),
    openChannel: (channel) => up({ ...plan, channel, dir: join(dir, channel) }),
    commitAlso: async (chaincode) => {
      const definition = { chaincode, version: '1', sequence: 1 };
      const administrations = await Promise.all(
        plan.organisations.map((one) => administrationOf(plan, one, { crypto: globalThis.crypto, now: new Date() })),
      );
      for (const [at, { member }] of plan.organisations.entries()) {
        const environment = readFileSync(`/proc/${await pidOf(`${member}/chaincode`)}/environ`, 'utf8');
        const packageId = /(?:^|\0)CHAINCODE_ID=([^\0]+)/.exec(environment)?.[1] ?? '';
        await approveDefinition(administrations[at] as FabricAdministration, definition, packageId);
      }
      const [first] = administrations as [FabricAdministration];
      const peers = administrations.map(({ peer }) => peer);
      await commitDefinition(first, definition, peers);
    },
    deployAlso: async (chaincode) => {
      const firstOther = await freePorts(29_000, plan.organisations.length);
      const organisations = plan.organisations.map((one, at) => ({ ...one, chaincodePort: firstOther + at }));
      const start: Running['start'] = async (daemon, { ports }) => {
        const beside = {
          ...daemon,
          pidFile: `${daemon.pidFile}-${chaincode}`,
          logFile: `${daemon.logFile}-${chaincode}`,
        };
        besides.push(beside);
        await startDaemon(beside);
        await until(`${chaincode} listens`, () => listening(ports));
      };
      const nothing = async () => undefined;
      const running: Running = { start, until: nothing, restart: nothing, stop: nothing };
      const sources = { crypto: globalThis.crypto, now: new Date() };
      await deployChaincode({ plan: { ...plan, chaincode, organisations }, sources, running });
    },
    down: async () => {
      await Promise.all(besides.map(stopDaemon));
      await fabricDown(plan);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
};

/** A client that a node's configuration could name. */
export type FabricClient = Exclude<LedgerConnection['kind'], 'embedded'>;

const tlsRootOf = (organisation: OrganisationPlan): string => readFileSync(materialOf(organisation).tlsRoots, 'utf8');

/** Where a governor's client finds its ledger; `ownPort` stands before its own peer, when given. */
const connectionOf = (
  { plan, organisationOf }: FabricNetwork,
  governor: Governor,
  kind: FabricClient,
  ownPort = organisationOf(governor).peerPort,
): LedgerConnection => {
  const own = organisationOf(governor);
  if (kind === 'fabric-gateway') return { kind, endpoint: `${HOST}:${ownPort}`, tlsRootPem: tlsRootOf(own) };
  const peers = plan.organisations.map((organisation) => ({
    mspId: organisation.mspId,
    endpoint: `${HOST}:${organisation === own ? ownPort : organisation.peerPort}`,
    tlsRootPem: tlsRootOf(organisation),
  }));
  return { kind, peers };
};

export interface FabricConnectOptions {
  readonly clock?: (() => number) | undefined;
  /** Another identity than the governor's own. */
  readonly identity?: LedgerIdentity;
  /** Another channel or chaincode than the network's own. */
  readonly channel?: string;
  readonly chaincode?: string;
  /** Port of something that stands before the governor's own peer. */
  readonly ownPort?: number;
}

export const identityOf = ({ mspId, msp }: Governor): LedgerIdentity => ({
  mspId,
  certPem: msp.certPem,
  sign: signerOf(msp.keyPem),
});

export const connectFabric = (
  network: FabricNetwork,
  governor: Governor,
  kind: FabricClient,
  { clock = Date.now, identity = identityOf(governor), ownPort, ...place }: FabricConnectOptions = {},
): ConnectedLedger =>
  connectLedger(connectionOf(network, governor, kind, ownPort), {
    identity,
    channel: CHANNEL,
    chaincode: CHAINCODE,
    ...place,
    clock,
    random,
  });

/** The network as the conformance suite takes it. */
export const openFabric = (kind: FabricClient) => async (): Promise<OpenedLedger> => {
  const network = await openFabricNetwork();
  const open: { close(): void }[] = [];
  const kept = <T extends { close(): void }>(one: T): T => {
    open.push(one);
    return one;
  };
  return {
    governors: network.governors,
    connect: (governor, clock) => kept(connectFabric(network, governor, kind, { clock })),
    connectOverLine: async (governor, onSign) => {
      const line = kept(await openLine(network.organisationOf(governor).peerPort));
      const identity = listened(identityOf(governor), onSign);
      return { line, ledger: kept(connectFabric(network, governor, kind, { identity, ownPort: line.port })) };
    },
    restart: async () => {
      await network.down();
      await network.up();
    },
    close: async () => {
      for (const one of open) one.close();
      await network.down();
      network.remove();
    },
  };
};
