import { AnlianError } from '@anlian/contracts';
import { assembleTransaction, encodeEnvelope, SYSTEM_CHAINCODES, sameBytes, utf8 } from '../ledger/index.ts';
import {
  type CalledAt,
  callPeers,
  type FabricAdministration,
  order,
  readChannelConfig,
  waitUntil,
} from './administration.ts';
import { approvedPackage, type ChaincodeDefinition, committedDefinition } from './lifecycle.ts';
import type { FabricEndpoint } from './lines.ts';
import { lifecycle } from './messages.ts';

const { lifecycle: LIFECYCLE } = SYSTEM_CHAINCODES;

/** Has what these peers endorsed ordered. */
const orderEndorsed = async (
  administration: FabricAdministration,
  { proposal, responses }: CalledAt,
): Promise<void> => {
  const [first, ...others] = responses;
  const endorsements = responses.flatMap(({ endorsement }) => endorsement ?? []);
  if (!first || endorsements.length < responses.length)
    throw new AnlianError('fabric_step_failed', { field: LIFECYCLE, detail: 'not endorsed' });
  if (!others.every(({ payload }) => sameBytes(payload, first.payload)))
    throw new AnlianError('endorsement_mismatch', { field: LIFECYCLE });
  const payload = assembleTransaction(proposal, first.payload, endorsements);
  const envelope = encodeEnvelope(payload, await administration.identity.sign(payload));
  await order(await readChannelConfig(administration), envelope);
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
  const words = [utf8('ApproveChaincodeDefinitionForMyOrg'), args.serializeBinary()];
  await orderEndorsed(administration, await callPeers(administration, [administration.peer], LIFECYCLE, words));
  await waitUntil(
    administration,
    LIFECYCLE,
    () => approvedPackage(administration, definition),
    (approved) => approved === packageId,
  );
};

/**
 * Commits a definition that enough organisations have approved, under the endorsements of these peers; waits until each of them has it.
 * @throws {AnlianError} `fabric_step_failed` with what a peer said, as where approvals are missing; `endorsement_mismatch`
 */
export const commitDefinition = async (
  administration: FabricAdministration,
  definition: ChaincodeDefinition,
  peers: readonly FabricEndpoint[],
): Promise<void> => {
  const { chaincode, version, sequence } = definition;
  const args = new lifecycle.CommitChaincodeDefinitionArgs();
  args.setName(chaincode);
  args.setVersion(version);
  args.setSequence(sequence);
  const words = [utf8('CommitChaincodeDefinition'), args.serializeBinary()];
  await orderEndorsed(administration, await callPeers(administration, peers, LIFECYCLE, words));
  await Promise.all(
    peers.map((peer) =>
      waitUntil(
        administration,
        peer.endpoint,
        () => committedDefinition({ ...administration, peer }, chaincode),
        (committed) => committed?.sequence === sequence,
      ),
    ),
  );
};
