import { identityFiles, type Material, materialOf } from '../material.ts';
import {
  type FabricPlan,
  HOST,
  type OrderingOrganisation,
  type OrganisationPlan,
  orderingOrganisations,
} from '../plan.ts';

/** When an orderer cuts a block: so long after its first transaction, or when it holds so many. */
export interface BlockCutting {
  readonly timeoutMs: number;
  readonly maxTransactions: number;
}

/** Every block costs each peer the same few flushes: short waits for who waits, full blocks for who has much. The README has figures. */
export const CUTTINGS = {
  latency: { timeoutMs: 50, maxTransactions: 100 },
  throughput: { timeoutMs: 500, maxTransactions: 1_000 },
} as const satisfies Record<string, BlockCutting>;
export type Cutting = keyof typeof CUTTINGS;
export const DEFAULT_CUTTING: Cutting = 'latency';

/**
 * Sizes of what Raft keeps in its log. An orderer that starts reads the log from its last snapshot on, a block's preferred size at a time.
 * One of releases 2.5.0 to 2.5.2 stops for ever when it reads who orders and more is left to read (hyperledger/fabric#4199): a snapshot comes
 * before that. And one of 2.5.0 to 2.5.3 reads no entry of 10 MB or more, which it writes all the same (hyperledger/fabric#4290).
 */
const LOG_SIZES = { snapshot: '4 MB', preferred: '8 MB', largest: '9 MB' } as const;

const anyOf = (...rules: string[]) => ({
  Type: 'Signature',
  Rule: `OR(${rules.map((rule) => `'${rule}'`).join(', ')})`,
});
const implicit = (rule: string) => ({ Type: 'ImplicitMeta', Rule: rule });

/** Majorities wherever the members decide together; each decides alone about itself. */
const POLICIES = {
  Readers: implicit('ANY Readers'),
  Writers: implicit('ANY Writers'),
  Admins: implicit('MAJORITY Admins'),
};

const organisationSettings = (organisation: OrganisationPlan): object => {
  const { member, mspId, orderer, peerPort } = organisation;
  return {
    Name: member,
    ID: mspId,
    MSPDir: materialOf(organisation).orgMsp,
    Policies: {
      Readers: anyOf(`${mspId}.admin`, `${mspId}.peer`, `${mspId}.client`, `${mspId}.orderer`),
      Writers: anyOf(`${mspId}.admin`, `${mspId}.client`, `${mspId}.orderer`),
      Admins: anyOf(`${mspId}.admin`),
      Endorsement: anyOf(`${mspId}.peer`),
    },
    ...(orderer ? { OrdererEndpoints: [`${HOST}:${orderer.port}`] } : {}),
    AnchorPeers: [{ Host: HOST, Port: peerPort }],
  };
};

const consenterOf = ({ orderer }: OrderingOrganisation, { ordererTls }: Material) => ({
  Host: HOST,
  Port: orderer.port,
  ClientTLSCert: ordererTls.cert,
  ServerTLSCert: ordererTls.cert,
});

const consensus = (plan: FabricPlan, { timeoutMs }: BlockCutting): object => {
  const orderers = orderingOrganisations(plan).map((organisation) => ({
    organisation,
    material: materialOf(organisation),
  }));
  if (plan.profile === 'bft4')
    return {
      OrdererType: 'BFT',
      SmartBFT: {
        RequestBatchMaxInterval: `${timeoutMs}ms`,
        RequestForwardTimeout: '5s',
        RequestComplainTimeout: '10s',
        RequestAutoRemoveTimeout: '3m0s',
        ViewChangeResendInterval: '5s',
        ViewChangeTimeout: '20s',
        LeaderHeartbeatTimeout: '20s',
        CollectTimeout: '1s',
        IncomingMessageBufferSize: 200,
        RequestPoolSize: 100_000,
        LeaderHeartbeatCount: 10,
      },
      ConsenterMapping: orderers.map(({ organisation, material }, at) => ({
        ID: at + 1,
        ...consenterOf(organisation, material),
        MSPID: organisation.mspId,
        Identity: identityFiles(material.ordererMsp).cert,
      })),
    };
  return {
    OrdererType: 'etcdraft',
    EtcdRaft: {
      Consenters: orderers.map(({ organisation, material }) => consenterOf(organisation, material)),
      Options: {
        TickInterval: '100ms',
        ElectionTick: 10,
        HeartbeatTick: 1,
        MaxInflightBlocks: 5,
        SnapshotIntervalSize: LOG_SIZES.snapshot,
      },
    },
  };
};

export const CHANNEL_PROFILE = 'Channel';

/** `configtx.yaml`: the channel as it is born. */
export const channelSettings = (plan: FabricPlan, cutting: BlockCutting): object => {
  const organisations = plan.organisations.map(organisationSettings);
  return {
    Profiles: {
      [CHANNEL_PROFILE]: {
        Policies: POLICIES,
        Capabilities: plan.profile === 'bft4' ? { V3_0: true } : { V2_0: true },
        Orderer: {
          ...consensus(plan, cutting),
          BatchTimeout: `${cutting.timeoutMs}ms`,
          BatchSize: {
            MaxMessageCount: cutting.maxTransactions,
            AbsoluteMaxBytes: LOG_SIZES.largest,
            PreferredMaxBytes: LOG_SIZES.preferred,
          },
          Organizations: orderingOrganisations(plan).map(organisationSettings),
          Policies: { ...POLICIES, BlockValidation: implicit('ANY Writers') },
          Capabilities: { V2_0: true },
        },
        Application: {
          Organizations: organisations,
          Policies: {
            ...POLICIES,
            LifecycleEndorsement: implicit('MAJORITY Endorsement'),
            Endorsement: implicit('MAJORITY Endorsement'),
          },
          Capabilities: { V2_5: true },
        },
      },
    },
  };
};
