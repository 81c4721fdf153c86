export { MAX_TRUST_BYTES, openTrust, readTrust, type TrustedChannel } from './trust.ts';
export type { CheckResult, CommandSubject, DecisionSubject, EvidenceSubject, Verdict, Who } from './verdict.ts';
export { trustLabels, type VerifyOptions, verifyBundle } from './verifyBundle.ts';
