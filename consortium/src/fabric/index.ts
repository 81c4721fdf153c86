export { buildChaincode, bundleOf, type ChaincodeBundle } from '@anlian/sdk/fabric';
export { administrationOf } from './administration.ts';
export { type BinarySources, type FabricBinaries, findBinaries } from './binaries.ts';
export { type DaemonFiles, runningPid, startDaemon, stopDaemon } from './daemons.ts';
export { deployChaincode } from './deploy.ts';
export { CHAINCODE, CHANNEL, foundersOf } from './founders.ts';
export { type FabricState, planAt, readState } from './home.ts';
export { ensureMaterial, identityFiles, materialOf } from './material.ts';
export { admitMember, dismissMember, planWith, planWithout } from './membership.ts';
export { type FabricUpOptions, fabricDown, fabricUp } from './network.ts';
export {
  type FabricMember,
  type FabricPlan,
  HOST,
  type OrganisationPlan,
  PORTS_EACH,
  type Profile,
  planFabric,
} from './plan.ts';
export { chaincodeDaemon, everyDaemon, ordererDaemon, peerDaemon } from './programs.ts';
export { listening } from './readiness.ts';
export type { Running } from './run.ts';
export { CUTTINGS, type Cutting, DEFAULT_CUTTING } from './settings/channel.ts';
export { type FabricStatus, fabricStatus } from './status.ts';
export { NEWEST, newerPatch } from './versions.ts';
