import { AnlianError } from '@anlian/contracts';
import { assembleTransaction, encodeEnvelope, messages, SYSTEM_CHAINCODES, utf8 } from '../ledger/index.ts';
import {
  type Called,
  callPeer,
  type FabricAdministration,
  order,
  readChannelConfig,
  waitUntil,
} from './administration.ts';
import { lifecycle } from './messages.ts';

const CORRUPT = 'ledger_corrupt';
const { lifecycle: LIFECYCLE } = SYSTEM_CHAINCODES;
const { decodeSigned } = messages;

/** What the members agree a chaincode to be; endorsed by the channel's own policy. */
export interface ChaincodeDefinition {
  readonly chaincode: string;
  readonly version: string;
  readonly sequence: number;
}

/** A committed definition, with who approved it, by MSP id. */
export interface CommittedDefinition extends ChaincodeDefinition {
  readonly approvals: Readonly<Record<string, boolean>>;
}

const ask = async (
  administration: FabricAdministration,
  name: string,
  args: { serializeBinary(): Uint8Array },
  onChannel = true,
): Promise<Called> => callPeer(administration, LIFECYCLE, [utf8(name), args.serializeBinary()], { onChannel });

/** In Fabric's own words (core/chaincode/lifecycle). */
const NOT_DEFINED = /is not defined/;
const NOT_APPROVED = /could not fetch approved chaincode definition/;

const unless = async <T>(pattern: RegExp, work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (error instanceof AnlianError && pattern.test(error.detail ?? '')) return undefined;
    throw error;
  });

type Approvals = { getEntryList(): [string, boolean][] };
const approvalsOf = (approvals: Approvals): Record<string, boolean> => Object.fromEntries(approvals.getEntryList());

/** What the channel committed; undefined before the first. */
export const committedDefinition = async (
  administration: FabricAdministration,
  chaincode: string,
): Promise<CommittedDefinition | undefined> => {
  const args = new lifecycle.QueryChaincodeDefinitionArgs();
  args.setName(chaincode);
  const called = await unless(NOT_DEFINED, ask(administration, 'QueryChaincodeDefinition', args));
  if (!called) return undefined;
  const type = lifecycle.QueryChaincodeDefinitionResult;
  const result = decodeSigned(type, called.response.result, 'QueryChaincodeDefinitionResult', CORRUPT);
  return {
    chaincode,
    version: result.getVersion(),
    sequence: result.getSequence(),
    approvals: approvalsOf(result.getApprovalsMap()),
  };
};

/** Who approved just this definition, by MSP id: what else somebody approved is not told. */
export const approvalsFor = async (
  administration: FabricAdministration,
  { chaincode, version, sequence }: ChaincodeDefinition,
): Promise<Readonly<Record<string, boolean>>> => {
  const args = new lifecycle.CheckCommitReadinessArgs();
  args.setName(chaincode);
  args.setVersion(version);
  args.setSequence(sequence);
  const { response } = await ask(administration, 'CheckCommitReadiness', args);
  const type = lifecycle.CheckCommitReadinessResult;
  return approvalsOf(decodeSigned(type, response.result, 'CheckCommitReadinessResult', CORRUPT).getApprovalsMap());
};

/** Ids of the packages on the own peer. */
export const installedPackages = async (administration: FabricAdministration): Promise<string[]> => {
  const args = new lifecycle.QueryInstalledChaincodesArgs();
  const { response } = await ask(administration, 'QueryInstalledChaincodes', args, false);
  const type = lifecycle.QueryInstalledChaincodesResult;
  return decodeSigned(type, response.result, 'QueryInstalledChaincodesResult', CORRUPT)
    .getInstalledChaincodesList()
    .map((installed) => installed.getPackageId());
};

/** A package as the own peer keeps it. */
export const installedPackage = async (administration: FabricAdministration, id: string): Promise<Uint8Array> => {
  const args = new lifecycle.GetInstalledChaincodePackageArgs();
  args.setPackageId(id);
  const { response } = await ask(administration, 'GetInstalledChaincodePackage', args, false);
  const type = lifecycle.GetInstalledChaincodePackageResult;
  const result = decodeSigned(type, response.result, 'GetInstalledChaincodePackageResult', CORRUPT);
  return result.getChaincodeInstallPackage_asU8();
};

/** Installs a package on the own peer. Returns its id. */
export const installPackage = async (administration: FabricAdministration, bytes: Uint8Array): Promise<string> => {
  const args = new lifecycle.InstallChaincodeArgs();
  args.setChaincodeInstallPackage(bytes);
  const { response } = await ask(administration, 'InstallChaincode', args, false);
  const type = lifecycle.InstallChaincodeResult;
  return decodeSigned(type, response.result, 'InstallChaincodeResult', CORRUPT).getPackageId();
};

/** The package that the own organisation approved as the code of a definition; undefined when it approved none. */
export const approvedPackage = async (
  administration: FabricAdministration,
  { chaincode, sequence }: Pick<ChaincodeDefinition, 'chaincode' | 'sequence'>,
): Promise<string | undefined> => {
  const args = new lifecycle.QueryApprovedChaincodeDefinitionArgs();
  args.setName(chaincode);
  args.setSequence(sequence);
  const called = await unless(NOT_APPROVED, ask(administration, 'QueryApprovedChaincodeDefinition', args));
  if (!called) return undefined;
  const type = lifecycle.QueryApprovedChaincodeDefinitionResult;
  const result = decodeSigned(type, called.response.result, 'QueryApprovedChaincodeDefinitionResult', CORRUPT);
  return result.getSource()?.getLocalPackage()?.getPackageId();
};

/** Approves a definition for the own organisation, and that a package is its code; waits until the own peer has it. */
export const approveDefinition = async (
  administration: FabricAdministration,
  definition: ChaincodeDefinition,
  packageId: string,
): Promise<void> => {
  const local = new lifecycle.ChaincodeSource.Local();
  local.setPackageId(packageId);
  const source = new lifecycle.ChaincodeSource();
  source.setLocalPackage(local);
  const args = new lifecycle.ApproveChaincodeDefinitionForMyOrgArgs();
  args.setName(definition.chaincode);
  args.setVersion(definition.version);
  args.setSequence(definition.sequence);
  args.setSource(source);
  const { proposal, response } = await ask(administration, 'ApproveChaincodeDefinitionForMyOrg', args);
  if (!response.endorsement) throw new AnlianError('fabric_step_failed', { field: LIFECYCLE, detail: 'not endorsed' });
  const payload = assembleTransaction(proposal, response.payload, [response.endorsement]);
  const envelope = encodeEnvelope(payload, await administration.identity.sign(payload));
  await order(await readChannelConfig(administration), envelope);
  await waitUntil(
    LIFECYCLE,
    () => approvedPackage(administration, definition),
    (approved) => approved === packageId,
  );
};
