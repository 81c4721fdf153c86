import { AnlianError } from '@anlian/contracts';
import { messages, SYSTEM_CHAINCODES, utf8 } from '../ledger/index.ts';
import { type CallOptions, callPeer, type FabricAdministration } from './administration.ts';
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

interface Arguments {
  serializeBinary(): Uint8Array;
}

/** The own peer's answer. */
const ask = async (
  administration: FabricAdministration,
  name: string,
  args: Arguments,
  options?: CallOptions,
): Promise<Uint8Array> =>
  (await callPeer(administration, LIFECYCLE, [utf8(name), args.serializeBinary()], options)).result;

const OF_THE_PEER = { onChannel: false };
/** A peer may build what is installed: as long as its own settings let it, and a little. */
const INSTALLING = { ...OF_THE_PEER, withinMs: 90_000 };

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
  const answer = await unless(NOT_DEFINED, ask(administration, 'QueryChaincodeDefinition', args));
  if (!answer) return undefined;
  const type = lifecycle.QueryChaincodeDefinitionResult;
  const result = decodeSigned(type, answer, 'QueryChaincodeDefinitionResult', CORRUPT);
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
  const answer = await ask(administration, 'CheckCommitReadiness', args);
  const type = lifecycle.CheckCommitReadinessResult;
  return approvalsOf(decodeSigned(type, answer, 'CheckCommitReadinessResult', CORRUPT).getApprovalsMap());
};

/** Ids of the packages on the own peer. */
export const installedPackages = async (administration: FabricAdministration): Promise<string[]> => {
  const args = new lifecycle.QueryInstalledChaincodesArgs();
  const answer = await ask(administration, 'QueryInstalledChaincodes', args, OF_THE_PEER);
  const type = lifecycle.QueryInstalledChaincodesResult;
  return decodeSigned(type, answer, 'QueryInstalledChaincodesResult', CORRUPT)
    .getInstalledChaincodesList()
    .map((installed) => installed.getPackageId());
};

/** A package as the own peer keeps it. */
export const installedPackage = async (administration: FabricAdministration, id: string): Promise<Uint8Array> => {
  const args = new lifecycle.GetInstalledChaincodePackageArgs();
  args.setPackageId(id);
  const answer = await ask(administration, 'GetInstalledChaincodePackage', args, OF_THE_PEER);
  const type = lifecycle.GetInstalledChaincodePackageResult;
  const result = decodeSigned(type, answer, 'GetInstalledChaincodePackageResult', CORRUPT);
  return result.getChaincodeInstallPackage_asU8();
};

/** Installs a package on the own peer. Returns its id. */
export const installPackage = async (administration: FabricAdministration, bytes: Uint8Array): Promise<string> => {
  const args = new lifecycle.InstallChaincodeArgs();
  args.setChaincodeInstallPackage(bytes);
  const answer = await ask(administration, 'InstallChaincode', args, INSTALLING);
  const type = lifecycle.InstallChaincodeResult;
  return decodeSigned(type, answer, 'InstallChaincodeResult', CORRUPT).getPackageId();
};

/** The package that the own organisation approved as the code of a definition; undefined when it approved none. */
export const approvedPackage = async (
  administration: FabricAdministration,
  { chaincode, sequence }: Pick<ChaincodeDefinition, 'chaincode' | 'sequence'>,
): Promise<string | undefined> => {
  const args = new lifecycle.QueryApprovedChaincodeDefinitionArgs();
  args.setName(chaincode);
  args.setSequence(sequence);
  const answer = await unless(NOT_APPROVED, ask(administration, 'QueryApprovedChaincodeDefinition', args));
  if (!answer) return undefined;
  const type = lifecycle.QueryApprovedChaincodeDefinitionResult;
  const result = decodeSigned(type, answer, 'QueryApprovedChaincodeDefinitionResult', CORRUPT);
  return result.getSource()?.getLocalPackage()?.getPackageId();
};
