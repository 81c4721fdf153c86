import type {
  Assertion,
  CheckName,
  CommandName,
  EvidenceKind,
  GivenReason,
  Outcome,
  ProofBundle,
  Text,
} from '@anlian/contracts';

/** One check as it came out. Checks run in order and the first that fails is the last: what follows would lean on it. */
export interface CheckResult {
  readonly name: CheckName;
  readonly ok: boolean;
  /** What was found, for an expert, in English; it never quotes a person's data. */
  readonly detail: string;
  readonly doesNotProve: string;
}

/** Who stands behind the command on the ledger: a member, and a pseudonym whose person only that member can name. */
export interface Who {
  readonly org: string;
  readonly roles: readonly string[];
  readonly acr: Assertion | (string & {});
  readonly pseudonym: string;
}

/** The command on the ledger, and when its submitter says it was. */
export interface CommandSubject {
  readonly command: CommandName;
  readonly txId: string;
  readonly txTime: string;
  readonly who: Who;
}

/** What a gate's record says. */
export interface DecisionSubject {
  readonly record: 'presentation' | 'release' | 'emergency';
  readonly gate: string;
  readonly site: string;
  readonly seq: number;
  readonly at: string;
  readonly direction: 'in' | 'out';
  readonly outcome: Outcome | 'released' | 'refused';
  readonly reasons: readonly GivenReason[];
}

/** A record of a member's evidence log, and the command that anchored the log's head over it. */
export interface EvidenceSubject extends CommandSubject {
  readonly kind: EvidenceKind;
  readonly member: string;
  readonly leafIndex: number;
  readonly decision: DecisionSubject | null;
}

export interface Verdict {
  readonly verdict: 'proven' | 'refused';
  /** Who vouches for the ledger: k governors, or the one operator of the embedded ledger, which could rewrite it. */
  readonly trust: 'governors' | 'single-operator';
  /** Null while the file is not known to be a proof. */
  readonly kind: ProofBundle['kind'] | null;
  readonly checks: readonly CheckResult[];
  /** Whether the trust file begins at a digest that the verifier gave; null when none was given. */
  readonly genesisPinned: boolean | null;
  /** Warnings that belong wherever the verdict is shown. */
  readonly labels: readonly Text[];
  /** What was proven; absent from a refusal. */
  readonly subject?: EvidenceSubject | CommandSubject;
}
