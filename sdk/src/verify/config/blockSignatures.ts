import type { CheckName } from '@anlian/contracts';
import { type BlockSignature, blockSigningBytes, type DecodedBlock } from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import { type Configuration, EMBEDDED } from './configuration.ts';
import { rolesIn } from './membership.ts';
import { satisfiesPolicy } from './policy.ts';
import { type SignedBytes, type Signer, signersOf } from './signers.ts';

const BLOCK_VALIDATION = '/Channel/Orderer/BlockValidation';

const signedBy = (
  { consenter, creator, signatureHeader, signature }: BlockSignature,
  { header, ordererMetadata }: DecodedBlock,
  { consensus: { consenters } }: Configuration,
): readonly SignedBytes[] => {
  const identity = consenter === undefined ? creator : consenters.get(consenter);
  if (identity === undefined) return [];
  return [{ identity, message: blockSigningBytes(header, ordererMetadata, signatureHeader), signature }];
};

/** An organisation that orders has clients too: where its MSP tells them apart, only its orderers' signatures count. */
const isOrderer = (configuration: Configuration, { organisation, certificate }: Signer): boolean => {
  const orders = configuration.orderers.some(({ mspId }) => mspId === organisation.mspId);
  const isToldApart = organisation.roles?.orderer !== undefined || configuration.consensus.type === EMBEDDED;
  return orders && (!isToldApart || rolesIn(certificate, organisation).includes('orderer'));
};

/**
 * The block was signed as its channel's configuration of that time asks: on Raft by one orderer, on BFT by a quorum of them. The
 * signatures cover header and orderers' metadata, not the validation codes. Returns the MSPs that signed.
 * @throws VerificationError `check`
 */
export const requireBlockSignatures = async (
  block: DecodedBlock,
  configuration: Configuration,
  check: CheckName,
): Promise<readonly string[]> => {
  const signed = block.signatures.flatMap((one) => signedBy(one, block, configuration));
  const signers = (await signersOf(signed, configuration.msps, check)).filter((one) => isOrderer(configuration, one));
  const { consensus, elements } = configuration;
  const holds = consensus.type === EMBEDDED ? signers.length > 0 : satisfiesPolicy(elements, BLOCK_VALIDATION, signers);
  ensure(holds, check, 'too few orderers of the configuration before it signed the block');
  return signers.map(({ organisation }) => organisation.mspId);
};
