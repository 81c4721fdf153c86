export { type AttestedTransaction, type DecodedAttested, decodeAttested } from './attested.ts';
export { type Issuers, readCertificate } from './authorities.ts';
export {
  type BlockHeader,
  type BlockSignature,
  blockSigningBytes,
  type DecodedBlock,
  dataHash,
  decodeBlock,
  decodeLastConfig,
  encodeBlock,
  encodeOrdererMetadata,
  headerDer,
  headerHash,
  holdsOnlyKnownMetadata,
} from './block.ts';
export { concatBytes, fromUtf8, sameBytes, utf8 } from './bytes.ts';
export {
  type CertificateFault,
  type MspCertificate,
  NODE_ROLES,
  type NodeRole,
  readMspCertificate,
} from './certificate.ts';
export { type Config, type ConfigGroup, decodeTree } from './configTree.ts';
export {
  type BlockConfiguration,
  type ChannelConfiguration,
  decodeConfig,
  decodeConfiguration,
  type OrderingOrganisation,
} from './configuration.ts';
export { definitionKey } from './definition.ts';
export { derInteger, derOctets, derSequence, derUnsigned } from './der.ts';
export { type DecodedAnswer, decodeAnswer, type EndorsedAnswer, inOrder } from './endorsedAnswer.ts';
export {
  assembleTransaction,
  decodePayload,
  decodeTransaction,
  encodeEnvelope,
  encodeProcessed,
  splitEnvelope,
  type TransactionEnvelope,
} from './envelope.ts';
export { type CommittedVersion, type ExecutedBlock, type ExecutedTransaction, executedBlock } from './executed.ts';
export { type FollowedBlock, type FollowedTransaction, followBlock, type UnreadTransaction } from './followed.ts';
export {
  encodeChannelHeader,
  encodeHeader,
  encodeSignatureHeader,
  type TransactionHeader,
  transactionId,
} from './header.ts';
export { decodeIdentity, encodeIdentity, readIdentity, type SerializedIdentity } from './identity.ts';
export { decodeText } from './messages.ts';
export type { ChannelOrganisation, MspOrganisation, NamedUnit } from './mspOrganisation.ts';
export {
  buildProposal,
  type DecodedProposal,
  decodeProposal,
  decodeSignedProposal,
  encodeSignedProposal,
  type Invocation,
  NONCE_BYTES,
  type Proposal,
  proposalHash,
} from './proposal.ts';
export {
  decodeReadWriteSets,
  encodeReadWriteSet,
  holdsOnlyState,
  type RangeRead,
  type Read,
  type ReadWriteSet,
  type Version,
  type Write,
} from './readWriteSet.ts';
export {
  type ChaincodeAction,
  decodeProposalResponse,
  decodeResponsePayload,
  type Endorsement,
  encodeProposalResponse,
  encodeResponsePayload,
  type ProposalResponse,
  RESPONSE_OK,
  RESPONSE_REFUSED,
  type ResponsePayload,
} from './response.ts';
export { type RevocationList, readRevocationList } from './revocationList.ts';
export { readTransaction, type SubmittedTransaction } from './submitted.ts';
export { SYSTEM_CHAINCODES } from './systemChaincodes.ts';
export { VALIDATION_CODES, type ValidationCode, validationCodeName } from './validationCode.ts';
