export { callPeer, type FabricAdministration, order, readChannelConfig, submitUpdate } from './administration.ts';
export { type Approved, type ApproveOptions, approveChaincode } from './approve.ts';
export { canonicalPem, fingerprintOf } from './authorities.ts';
export { buildChaincode, bundleOf, type ChaincodeBundle } from './bundle.ts';
export { addOrganisation, applyChange, ChannelChange, type OrderingChange, removeOrganisation } from './change.ts';
export {
  type ChannelConfig,
  decodeChannelConfig,
  governorsOf,
  type NamedOrganisation,
  type Ordering,
  type OrderingOrganisation,
  orderingOf,
} from './configuration.ts';
export { CONNECTION_FILE, Connection } from './connection.ts';
export {
  approvalsFor,
  approveDefinition,
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
export {
  type ChannelUpdate,
  type CheckedUpdate,
  checkUpdate,
  type Electorate,
  isInEffect,
  makeUpdate,
  missingSigners,
  requireMajority,
  signUpdate,
  updateEnvelope,
} from './update.ts';
export { MAX_UPDATE_BYTES, readUpdate, writeUpdate } from './updateFile.ts';
