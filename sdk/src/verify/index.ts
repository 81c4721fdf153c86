export { CHECKS, type CheckName, VerificationError } from '@anlian/contracts';
export {
  type BlockSubject,
  type BlockTransaction,
  type CheckResult,
  type CommandSubject,
  type ConfigurationStand,
  type DecisionSubject,
  type EvidenceSubject,
  MAX_TRUST_BYTES,
  openTrust,
  readTrust,
  type SplitViewSubject,
  type Subject,
  type TrustedChannel,
  trustLabels,
  type Verdict,
  type VerifyOptions,
  type ViewSubject,
  verifyBundle,
  type Who,
} from './bundle/index.ts';
export { type CoseKey, type CoseOptions, type VerifiedCoseSign1, verifyCoseSign1 } from './cose.ts';
export type { CoseHeaders } from './coseMessage.ts';
export { type CwtTimeClaim, type CwtTimeOptions, type CwtTimes, verifyCwtTime } from './cwt.ts';
export {
  type ConsistencyProof,
  type InclusionProof,
  type TreeInteger,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
