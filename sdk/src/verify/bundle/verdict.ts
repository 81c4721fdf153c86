import type {
  Assertion,
  CheckName,
  CommandName,
  EvidenceKind,
  GivenReason,
  Outcome,
  ProofBundle,
  Text,
  ViewType,
} from '@anlian/contracts';
import type { ValidationCode } from '../../ledger/codec/index.ts';

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
  readonly commandId: string;
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

/** The value that governors held at a time; null when there was none. */
export interface ViewSubject {
  readonly type: ViewType;
  readonly key: readonly string[];
  readonly value: unknown;
  readonly asOf: string;
  /** MSPs of those who signed. */
  readonly heldBy: readonly string[];
}

/** A transaction of a block, as far as it can be read. */
export interface BlockTransaction {
  readonly index: number;
  readonly kind: 'call' | 'configuration' | 'unreadable';
  /** Null where it cannot be read. */
  readonly txId: string | null;
  readonly txTime: string | null;
  /** `site:register`; of another chaincode its name stands before it: `_lifecycle/CommitChaincodeDefinition`. */
  readonly call: string | null;
  /** Whether a governor submitted it and as many as are due endorsed it; null for what is no call of the alliance's chaincode. */
  readonly endorsed: boolean | null;
  /** What the block's filter says of it, which nobody signed. */
  readonly marked: ValidationCode;
}

/** A block that the channel's orderers signed. */
export interface BlockSubject {
  readonly number: number;
  /** Header hashes in hexadecimal, its own and of the block before. */
  readonly hash: string;
  readonly previousHash: string;
  /** An attested transaction proves validity; a block alone never does. */
  readonly validity: 'unproven';
  readonly transactions: readonly BlockTransaction[];
}

/** A log that signed two heads which no one tree can have. */
export interface SplitViewSubject {
  readonly splitLog: string;
  readonly heads: readonly [SplitHead, SplitHead];
  /** Since when a key that signed one of them is reported stolen: another may have signed then. Null when none is. */
  readonly compromisedSince: string | null;
}

export interface SplitHead {
  readonly size: number;
  /** 64 hexadecimal digits. */
  readonly root: string;
}

/** What a verdict is about, told by its `kind`. */
export type Subject = EvidenceSubject | CommandSubject | ViewSubject | BlockSubject | SplitViewSubject;

/** How far a trust file knows the channel's configuration. */
export interface ConfigurationStand {
  /** Updates since the genesis block. */
  readonly sequence: number;
  /** The block that brought it, and when, as its orderer says. */
  readonly block: number;
  readonly at: string;
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
  /** The newest configuration of the channel that the trust file knows; null while its chain does not hold. */
  readonly configuration: ConfigurationStand | null;
  /** Warnings that belong wherever the verdict is shown. */
  readonly labels: readonly Text[];
  /** What was proven; absent from a refusal. */
  readonly subject?: Subject;
}
