export { type BinarySources, type FabricBinaries, findBinaries } from './binaries.ts';
export { buildChaincode, bundleOf, type ChaincodeBundle } from './bundle.ts';
export { runningPid, startDaemon, stopDaemon } from './daemons.ts';
export { CHAINCODE, CHANNEL, foundersOf } from './founders.ts';
export { type FabricState, planAt, readState } from './home.ts';
export { identityFiles, materialOf } from './material.ts';
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
export { type FabricStatus, fabricStatus } from './status.ts';
export { NEWEST, newerPatch } from './versions.ts';
