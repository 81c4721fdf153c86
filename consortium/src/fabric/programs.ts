import { join } from 'node:path';
import type { FabricBinaries } from './binaries.ts';
import type { Daemon, DaemonFiles } from './daemons.ts';
import { materialOf } from './material.ts';
import {
  ADDRESS,
  type FabricPlan,
  type OrderingOrganisation,
  type OrganisationPlan,
  orderingOrganisations,
} from './plan.ts';

const LOG_LEVEL = 'info:gossip=error:comm.grpc=error';

const daemon = ({ dir, member }: OrganisationPlan, part: string): DaemonFiles => ({
  name: `${member}/${part}`,
  pidFile: join(dir, `${part}.pid`),
  logFile: join(dir, 'log', `${part}.log`),
});

export const peerDaemon = (organisation: OrganisationPlan, binaries: FabricBinaries): Daemon => ({
  ...daemon(organisation, 'peer'),
  program: binaries.path('peer'),
  args: ['node', 'start'],
  env: { FABRIC_CFG_PATH: join(organisation.dir, 'peer-config'), FABRIC_LOGGING_SPEC: LOG_LEVEL },
});

export const ordererDaemon = (organisation: OrderingOrganisation, binaries: FabricBinaries): Daemon => ({
  ...daemon(organisation, 'orderer'),
  program: binaries.path('orderer'),
  args: [],
  env: { FABRIC_CFG_PATH: join(organisation.dir, 'orderer-config'), FABRIC_LOGGING_SPEC: LOG_LEVEL },
});

/** The bundle that was approved, run by this process's own Node. */
export const chaincodeDaemon = (
  organisation: OrganisationPlan,
  {
    chaincode,
    bundleFile,
    packageId,
  }: { readonly chaincode: string; readonly bundleFile: string; readonly packageId: string },
): Daemon => {
  const { chaincodeTls, tlsRoots } = materialOf(organisation);
  return {
    ...daemon(organisation, 'chaincode'),
    program: process.execPath,
    args: [bundleFile],
    env: {
      CHAINCODE_ID: packageId,
      CHAINCODE_SERVER_ADDRESS: `${ADDRESS}:${organisation.chaincodePort}`,
      CHAINCODE_TLS_KEY: chaincodeTls.key,
      CHAINCODE_TLS_CERT: chaincodeTls.cert,
      CHAINCODE_CLIENT_CA_CERT: tlsRoots,
      ANLIAN_CHAINCODE: chaincode,
    },
  };
};

/** Everything that may run, by its files alone, in the order in which to stop it. */
export const everyDaemon = (plan: FabricPlan): DaemonFiles[] => [
  ...plan.organisations.map((organisation) => daemon(organisation, 'peer')),
  ...plan.organisations.map((organisation) => daemon(organisation, 'chaincode')),
  ...orderingOrganisations(plan).map((organisation) => daemon(organisation, 'orderer')),
];
