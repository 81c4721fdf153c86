import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  administrationOf,
  chaincodeDaemon,
  type FabricPlan,
  HOST,
  materialOf,
  type OrganisationPlan,
  startDaemon,
  stopDaemon,
} from '@anlian/consortium/fabric';
import {
  approveDefinition,
  type ChaincodePackage,
  commitDefinition,
  type FabricAdministration,
  installPackage,
  packageChaincode,
} from '@anlian/sdk/fabric';
import { listening } from '../../../consortium/src/fabric/readiness.ts';
import { freePorts } from '../../support/consortium.ts';
import { until } from '../../support/until.ts';

export const BARE_CHAINCODE = 'bare';
const VERSION = '1';
const PROGRAM = fileURLToPath(new URL('main.ts', import.meta.url));

const packageOf = async (organisation: OrganisationPlan): Promise<ChaincodePackage> => {
  const { clientTls, tlsRoots } = materialOf(organisation);
  const [clientKeyPem, clientCertPem, rootCertPem] = await Promise.all(
    [clientTls.key, clientTls.cert, tlsRoots].map((file) => readFile(file, 'utf8')),
  );
  return packageChaincode(
    { chaincode: BARE_CHAINCODE, version: VERSION, sha256: '0'.repeat(64) },
    {
      address: `${HOST}:${organisation.chaincodePort}`,
      clientKeyPem: clientKeyPem ?? '',
      clientCertPem: clientCertPem ?? '',
      rootCertPem: rootCertPem ?? '',
    },
  );
};

const daemonOf = (organisation: OrganisationPlan, { id }: ChaincodePackage) => ({
  ...chaincodeDaemon(organisation, { chaincode: BARE_CHAINCODE, bundleFile: PROGRAM, packageId: id }),
  name: `${organisation.member}/${BARE_CHAINCODE}`,
  pidFile: join(organisation.dir, `${BARE_CHAINCODE}.pid`),
  logFile: join(organisation.dir, 'log', `${BARE_CHAINCODE}.log`),
});

/** Puts the bare chaincode on the network beside ours, as ours stands there: one process for each governor, TLS, the same policy. */
export const deployBareChaincode = async ({
  plan,
}: {
  readonly plan: FabricPlan;
}): Promise<{ close(): Promise<void> }> => {
  const firstPort = await freePorts(29_000, plan.organisations.length);
  const bare: FabricPlan = {
    ...plan,
    chaincode: BARE_CHAINCODE,
    organisations: plan.organisations.map((one, at) => ({ ...one, chaincodePort: firstPort + at })),
  };
  const definition = { chaincode: BARE_CHAINCODE, version: VERSION, sequence: 1 };
  const started: ReturnType<typeof daemonOf>[] = [];
  const administrations: FabricAdministration[] = [];
  for (const organisation of bare.organisations) {
    const packaged = await packageOf(organisation);
    const sources = { crypto: globalThis.crypto, now: new Date() };
    const administration = await administrationOf(bare, organisation, sources);
    administrations.push(administration);
    await installPackage(administration, packaged.bytes);
    await approveDefinition(administration, definition, packaged.id);
    const daemon = daemonOf(organisation, packaged);
    await startDaemon(daemon);
    started.push(daemon);
    await until(`${daemon.name} listens`, () => listening([organisation.chaincodePort]));
  }
  const [first] = administrations as [FabricAdministration];
  const peers = administrations.map(({ peer }) => peer);
  await commitDefinition(first, definition, peers);
  return { close: async () => void (await Promise.all(started.map(stopDaemon))) };
};
