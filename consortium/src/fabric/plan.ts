import { join } from 'node:path';

/** Who orders: what each trusts is in the README. */
export const PROFILES = ['raft1', 'raft3', 'bft4'] as const;
export type Profile = (typeof PROFILES)[number];

/** A governor's organisation on this machine. */
export interface OrganisationPlan {
  /** The member's id, also the organisation's name on the channel. */
  readonly member: string;
  readonly mspId: string;
  /** In the certificates. */
  readonly name: string;
  readonly dir: string;
  readonly peerPort: number;
  readonly peerOperationsPort: number;
  readonly chaincodePort: number;
  /** Undefined where another organisation orders. */
  readonly orderer: OrdererPlan | undefined;
}

export interface OrdererPlan {
  readonly port: number;
  readonly adminPort: number;
  readonly operationsPort: number;
}

/** A Fabric network on loopback: a peer and a chaincode process for each governor, and an ordering service. */
export interface FabricPlan {
  readonly dir: string;
  readonly profile: Profile;
  readonly channel: string;
  readonly chaincode: string;
  readonly organisations: readonly OrganisationPlan[];
  /** What the plan was made from. */
  readonly network: FabricNetworkOptions;
}

export interface FabricMember {
  readonly member: string;
  readonly mspId: string;
  readonly name: string;
}

export interface FabricNetworkOptions {
  readonly dir: string;
  readonly profile: Profile;
  readonly channel: string;
  readonly chaincode: string;
  /** Who founded it: the genesis block names them. */
  readonly members: readonly FabricMember[];
  /** Who joined later, in order: their ports follow. */
  readonly joined?: readonly FabricMember[] | undefined;
  /** Ids of members that left. Their ports stay theirs. */
  readonly left?: readonly string[] | undefined;
  readonly firstPort: number;
}

/** What an organisation's peer keeps. */
export const peerData = ({ dir }: Pick<OrganisationPlan, 'dir'>): string => join(dir, 'peer');

/** What an organisation's orderer keeps. */
export const ordererData = ({ dir }: Pick<OrganisationPlan, 'dir'>): string => join(dir, 'ordering');

/** Every certificate names this host, and nothing listens elsewhere. */
export const HOST = 'localhost';
export const ADDRESS = '127.0.0.1';
/** Ports that an organisation takes in a row. */
export const PORTS_EACH = 6;

const ORDERERS: Readonly<Record<Profile, number>> = { raft1: 1, raft3: 3, bft4: 4 };

/** @throws {RangeError} when the profile needs more orderers than there are founders */
export const planFabric = (network: FabricNetworkOptions): FabricPlan => {
  const { dir, profile, channel, chaincode, members, joined = [], left = [], firstPort } = network;
  const orderers = ORDERERS[profile];
  if (members.length < orderers) throw new RangeError(`${profile} needs ${orderers} members`);
  const organisations = [...members, ...joined].map((member, at) => {
    const base = firstPort + at * PORTS_EACH;
    return {
      ...member,
      dir: join(dir, member.member),
      peerPort: base,
      peerOperationsPort: base + 1,
      chaincodePort: base + 2,
      orderer: at < orderers ? { port: base + 3, adminPort: base + 4, operationsPort: base + 5 } : undefined,
    };
  });
  const isThere = ({ member }: FabricMember) => !left.includes(member);
  return { dir, profile, channel, chaincode, organisations: organisations.filter(isThere), network };
};

/** Everybody who ever was on the network, those who left among them. */
export const everyOrganisation = ({ network }: FabricPlan): readonly OrganisationPlan[] =>
  planFabric({ ...network, left: [] }).organisations;

export type OrderingOrganisation = OrganisationPlan & { readonly orderer: OrdererPlan };

export const orderingOrganisations = ({ organisations }: FabricPlan): OrderingOrganisation[] =>
  organisations.filter((organisation): organisation is OrderingOrganisation => organisation.orderer !== undefined);
