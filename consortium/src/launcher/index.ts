export { awaitReady, collectPapers, nodeEnvironment, startLedger, startMember } from './consortium.ts';
export { fabricEnvironment, planFabricOf } from './fabric.ts';
export { type Home, homeAt, type LauncherState, readJson } from './home.ts';
export {
  type ConsortiumPlan,
  DEFAULT_FIRST_PORT,
  type MemberPlan,
  memberUrl,
  planConsortium,
} from './plan.ts';
export { type ProcessOptions, type RunningProcess, startProcess } from './processes.ts';
