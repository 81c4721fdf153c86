import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildChaincode,
  type ChaincodeBundle,
  type ChaincodePackage,
  type ChaincodeRelease,
  definedVersion,
  packageChaincode,
} from '@anlian/sdk/fabric';
import {
  approve,
  approvedPackage,
  type ChaincodeDefinition,
  commit,
  committedDefinition,
  install,
} from './lifecycle.ts';
import { materialOf } from './material.ts';
import { type FabricPlan, HOST, type OrganisationPlan } from './plan.ts';
import { chaincodeDaemon } from './programs.ts';
import type { Running } from './run.ts';
import type { FabricTool } from './tool.ts';

const CHAINCODE_VERSION = '0.1.0';

/** Under its hash: what was approved before stays beside it. */
const keepBundle = async ({ dir }: FabricPlan, { bytes, sha256 }: ChaincodeBundle): Promise<string> => {
  const file = join(dir, `chaincode-${sha256}.mjs`);
  await writeFile(`${file}.new`, bytes, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return file;
};

interface Installed {
  readonly organisation: OrganisationPlan;
  readonly packaged: ChaincodePackage;
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

/** The definition under which this code is to run: the committed one while its code is this code, else the next. */
const definitionFor = async (
  tool: FabricTool,
  plan: FabricPlan,
  release: ChaincodeRelease,
): Promise<{ readonly definition: ChaincodeDefinition; readonly isCommitted: boolean }> => {
  const fresh = { chaincode: release.chaincode, version: definedVersion(release) };
  const [first] = plan.organisations;
  const committed = first && (await committedDefinition(tool, plan, first));
  if (committed?.version === fresh.version) return { definition: committed, isCommitted: true };
  return { definition: { ...fresh, sequence: (committed?.sequence ?? 0) + 1 }, isCommitted: false };
};

export interface DeployOptions {
  readonly plan: FabricPlan;
  readonly tool: FabricTool;
  readonly running: Running;
  /** What to run; built from the checkout unless given. */
  readonly bundle?: ChaincodeBundle;
}

/**
 * Each governor installs the package, approves it and runs its service; then one of them commits. A bundle other than that of the
 * committed definition is approved and committed under the next sequence: no service runs code that was not approved.
 */
export const deployChaincode = async ({ plan, tool, running, bundle: given }: DeployOptions): Promise<void> => {
  const bundle = given ?? (await buildChaincode());
  const bundleFile = await keepBundle(plan, bundle);
  const { chaincode, organisations } = plan;
  const release = { chaincode, version: CHAINCODE_VERSION, sha256: bundle.sha256 };
  const installed = await Promise.all(
    organisations.map(async (organisation): Promise<Installed> => {
      const packaged = await packageOf(organisation, release);
      await install(tool, organisation, packaged);
      return { organisation, packaged };
    }),
  );
  const { definition, isCommitted } = await definitionFor(tool, plan, release);
  for (const { organisation, packaged } of installed)
    if ((await approvedPackage(tool, plan, organisation, definition.sequence)) !== packaged.id)
      await approve(tool, plan, organisation, definition, packaged.id);
  await Promise.all(
    installed.map(({ organisation, packaged }) =>
      running.start(chaincodeDaemon(organisation, { chaincode, bundleFile, packageId: packaged.id }), {
        ports: [organisation.chaincodePort],
      }),
    ),
  );
  if (!isCommitted) await commit(tool, plan, definition);
};
