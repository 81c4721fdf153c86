import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import type { ChaincodePackage } from '@anlian/sdk/fabric';
import { materialOf } from './material.ts';
import { type FabricPlan, HOST, type OrganisationPlan, orderingOrganisations } from './plan.ts';
import { asAdministrator, type FabricTool } from './tool.ts';

/** What the members approve. */
export interface ChaincodeDefinition {
  readonly chaincode: string;
  readonly version: string;
  readonly sequence: number;
}

const throughOrderer = (plan: FabricPlan): string[] => {
  const [first] = orderingOrganisations(plan);
  if (!first) throw new RangeError('a network has an orderer');
  return ['-o', `${HOST}:${first.orderer.port}`, '--tls', '--cafile', materialOf(first).tlsRoots];
};

const definitionArgs = ({ channel }: FabricPlan, { chaincode, version, sequence }: ChaincodeDefinition): string[] => [
  '--channelID',
  channel,
  '--name',
  chaincode,
  '--version',
  version,
  '--sequence',
  String(sequence),
];

const json = async <T>(tool: FabricTool, organisation: OrganisationPlan, args: readonly string[]): Promise<T> => {
  const { stdout } = await tool('peer', [...args, '--output', 'json'], asAdministrator(organisation));
  return JSON.parse(stdout) as T;
};

/** Installs a package on the organisation's peer unless it is there. */
export const install = async (
  tool: FabricTool,
  organisation: OrganisationPlan,
  { id, bytes }: ChaincodePackage,
): Promise<void> => {
  const { installed_chaincodes: installed = [] } = await json<{ installed_chaincodes?: { package_id: string }[] }>(
    tool,
    organisation,
    ['lifecycle', 'chaincode', 'queryinstalled'],
  );
  if (installed.some((one) => one.package_id === id)) return;
  const file = join(organisation.dir, 'chaincode.tar.gz');
  await writeFile(file, bytes, { mode: 0o600 });
  await tool('peer', ['lifecycle', 'chaincode', 'install', file], asAdministrator(organisation));
};

/** The definition that the channel committed, as this organisation's peer tells it; undefined before the first. */
export const committedDefinition = async (
  tool: FabricTool,
  { channel, chaincode }: FabricPlan,
  organisation: OrganisationPlan,
): Promise<ChaincodeDefinition | undefined> => {
  const { chaincode_definitions: definitions = [] } = await json<{
    chaincode_definitions?: { name: string; version: string; sequence: number }[];
  }>(tool, organisation, ['lifecycle', 'chaincode', 'querycommitted', '--channelID', channel]);
  const found = definitions.find(({ name }) => name === chaincode);
  return found && { chaincode: found.name, version: found.version, sequence: Number(found.sequence) };
};

/** What `peer` says when the organisation approved nothing under this sequence. */
const NOT_APPROVED = /could not fetch approved chaincode definition/;

/** The package that an organisation approved as the code of a definition; undefined when it approved none. */
export const approvedPackage = async (
  tool: FabricTool,
  { channel, chaincode }: FabricPlan,
  organisation: OrganisationPlan,
  sequence: number,
): Promise<string | undefined> => {
  const words = ['lifecycle', 'chaincode', 'queryapproved', '--channelID', channel, '--name', chaincode];
  try {
    const { source } = await json<{ source?: { Type?: { LocalPackage?: { package_id: string } } } }>(
      tool,
      organisation,
      [...words, '--sequence', String(sequence)],
    );
    return source?.Type?.LocalPackage?.package_id;
  } catch (error) {
    if (error instanceof AnlianError && NOT_APPROVED.test(error.detail ?? '')) return undefined;
    throw error;
  }
};

/** A package as the organisation's peer keeps it. */
export const installedPackage = async (
  tool: FabricTool,
  organisation: OrganisationPlan,
  packageId: string,
): Promise<Uint8Array> => {
  const dir = await mkdtemp(join(organisation.dir, 'package-'));
  try {
    const words = ['lifecycle', 'chaincode', 'getinstalledpackage', '--package-id', packageId];
    await tool('peer', [...words, '--output-directory', dir], asAdministrator(organisation));
    const [name = ''] = await readdir(dir);
    return await readFile(join(dir, name));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** One organisation approves a definition, and that this package is its code. */
export const approve = async (
  tool: FabricTool,
  plan: FabricPlan,
  organisation: OrganisationPlan,
  definition: ChaincodeDefinition,
  packageId: string,
): Promise<void> => {
  await tool(
    'peer',
    [
      'lifecycle',
      'chaincode',
      'approveformyorg',
      ...throughOrderer(plan),
      ...definitionArgs(plan, definition),
      '--package-id',
      packageId,
    ],
    asAdministrator(organisation),
  );
};

/** Commits a definition that a majority has approved, under the endorsements of every peer. */
export const commit = async (tool: FabricTool, plan: FabricPlan, definition: ChaincodeDefinition): Promise<void> => {
  const [first] = plan.organisations;
  if (!first) return;
  const peers = plan.organisations.flatMap((organisation) => [
    '--peerAddresses',
    `${HOST}:${organisation.peerPort}`,
    '--tlsRootCertFiles',
    materialOf(organisation).tlsRoots,
  ]);
  await tool(
    'peer',
    ['lifecycle', 'chaincode', 'commit', ...throughOrderer(plan), ...definitionArgs(plan, definition), ...peers],
    asAdministrator(first),
  );
};
