export { callPeer, type FabricAdministration, order, readChannelConfig, submitUpdate } from './administration.ts';
export { type Approved, type ApproveOptions, approveChaincode } from './approve.ts';
export { canonicalPem, fingerprintOf } from './authorities.ts';
export { buildChaincode, bundleOf, type ChaincodeBundle } from './bundle.ts';
export { addOrganisation, applyChange, ChannelChange, type OrderingChange, removeOrganisation } from './change.ts';
export { channelHeight, joinChannel, joinedChannels } from './channels.ts';
export { CONNECTION_FILE, Connection } from './connection.ts';
export { approveDefinition, commitDefinition } from './define.ts';
export type { DuePolicy, Signatory } from './duePolicies.ts';
export {
  approvalsFor,
  approvedPackage,
  type ChaincodeDefinition,
  type CommittedDefinition,
  committedDefinition,
  installedPackage,
  installedPackages,
  installPackage,
} from './lifecycle.ts';
export type { FabricEndpoint } from './lines.ts';
export { Organisation } from './organisation.ts';
export {
  bundleDefinedBy,
  type ChaincodePackage,
  type ChaincodeRelease,
  definedVersion,
  packageChaincode,
  releaseIn,
  type ServiceConnection,
} from './package.ts';
export { listDer, Revocation, requireOwnList, revokedBy } from './revoke.ts';
export {
  type ChannelUpdate,
  type CheckedUpdate,
  checkUpdate,
  describeSignatory,
  hasSigned,
  isInEffect,
  isSignedEnough,
  makeUpdate,
  missingSigners,
  requireSignatures,
  signUpdate,
  updateEnvelope,
} from './update.ts';
export { MAX_UPDATE_BYTES, readUpdate, writeUpdate } from './updateFile.ts';
