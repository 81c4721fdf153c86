export { MAX_TRUST_BYTES, openTrust, readTrust, type TrustedChannel } from './trust.ts';
export type {
  BlockSubject,
  BlockTransaction,
  CheckResult,
  CommandSubject,
  ConfigurationStand,
  DecisionSubject,
  EvidenceSubject,
  SplitViewSubject,
  Subject,
  Verdict,
  ViewSubject,
  Who,
} from './verdict.ts';
export { trustLabels, type VerifyOptions, verifyBundle } from './verifyBundle.ts';
