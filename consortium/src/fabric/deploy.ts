import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  approveDefinition,
  approvedPackage,
  buildChaincode,
  type ChaincodeBundle,
  type ChaincodeDefinition,
  type ChaincodePackage,
  type ChaincodeRelease,
  commitDefinition,
  committedDefinition,
  definedVersion,
  type FabricAdministration,
  installedPackages,
  installPackage,
  packageChaincode,
} from '@anlian/sdk/fabric';
import type { IssuingSources } from '@anlian/sdk/ledger';
import { administrationOf } from './administration.ts';
import { materialOf } from './material.ts';
import { type FabricPlan, HOST, type OrganisationPlan } from './plan.ts';
import { chaincodeDaemon } from './programs.ts';
import type { Running } from './run.ts';

const CHAINCODE_VERSION = '0.1.0';

/** Under its hash: what was approved before stays beside it. */
const keepBundle = async ({ dir }: FabricPlan, { bytes, sha256 }: ChaincodeBundle): Promise<string> => {
  const file = join(dir, `chaincode-${sha256}.mjs`);
  await writeFile(`${file}.new`, bytes, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return file;
};

/** A governor's administrator, with the package of its own that its peer has. */
interface Installed {
  readonly organisation: OrganisationPlan;
  readonly administration: FabricAdministration;
  readonly packageId: string;
}

/** An organisation's own package: the code is everybody's, the address and the keys are its own. */
const packageOf = async (organisation: OrganisationPlan, release: ChaincodeRelease): Promise<ChaincodePackage> => {
  const { clientTls, tlsRoots } = materialOf(organisation);
  const [clientKeyPem, clientCertPem, rootCertPem] = await Promise.all([
    readFile(clientTls.key, 'utf8'),
    readFile(clientTls.cert, 'utf8'),
    readFile(tlsRoots, 'utf8'),
  ]);
  const address = `${HOST}:${organisation.chaincodePort}`;
  return packageChaincode(release, { address, clientKeyPem, clientCertPem, rootCertPem });
};

const installOn = async (administration: FabricAdministration, { id, bytes }: ChaincodePackage): Promise<void> => {
  if (!(await installedPackages(administration)).includes(id)) await installPackage(administration, bytes);
};

/** The definition under which this code is to run: the committed one while its code is this code, else the next. */
const definitionFor = (committed: ChaincodeDefinition | undefined, release: ChaincodeRelease): ChaincodeDefinition => {
  const version = definedVersion(release);
  if (committed?.version === version) return committed;
  return { chaincode: release.chaincode, version, sequence: (committed?.sequence ?? 0) + 1 };
};

const approveUnless = async ({ administration, packageId }: Installed, definition: ChaincodeDefinition) => {
  if ((await approvedPackage(administration, definition)) === packageId) return;
  await approveDefinition(administration, definition, packageId);
};

export interface DeployOptions {
  readonly plan: FabricPlan;
  readonly sources: IssuingSources;
  readonly running: Running;
  /** What to run; built from the checkout unless given. */
  readonly bundle?: ChaincodeBundle | undefined;
  /** Ends what is under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Each governor installs the package, approves it and runs its service; then one of them commits. A bundle other than that of the
 * committed definition is approved and committed under the next sequence: no service runs code that was not approved.
 */
export const deployChaincode = async (options: DeployOptions): Promise<void> => {
  const { plan, sources, running, signal } = options;
  const bundle = options.bundle ?? (await buildChaincode());
  const bundleFile = await keepBundle(plan, bundle);
  const { chaincode } = plan;
  const release = { chaincode, version: CHAINCODE_VERSION, sha256: bundle.sha256 };
  const installed = await Promise.all(
    plan.organisations.map(async (organisation): Promise<Installed> => {
      const administration = await administrationOf(plan, organisation, sources, signal);
      const packaged = await packageOf(organisation, release);
      await installOn(administration, packaged);
      return { organisation, administration, packageId: packaged.id };
    }),
  );
  const [first] = installed;
  if (!first) throw new RangeError('a network has governors');
  const committed = await committedDefinition(first.administration, chaincode);
  const definition = definitionFor(committed, release);
  await Promise.all(installed.map((one) => approveUnless(one, definition)));
  await Promise.all(
    installed.map(({ organisation, packageId }) =>
      running.start(chaincodeDaemon(organisation, { chaincode, bundleFile, packageId }), {
        ports: [organisation.chaincodePort],
      }),
    ),
  );
  const peers = installed.map(({ administration }) => administration.peer);
  if (definition !== committed) await commitDefinition(first.administration, definition, peers);
};
