import type { KeyDescriptor } from '../identity/keys.ts';
import type { CommandArgs, ProposedAction } from './commands.ts';
import type { GenesisPolicy, MemberDescriptor } from './genesis.ts';
import type { ProposalOutcome } from './proposal.ts';

/**
 * World-state keys. `/` separates; every part is from a closed alphabet without `/`, so keys cannot collide.
 * Ranges run from `prefix/` to `prefix0` (`0` follows `/` in UTF-8).
 */
export const stateKey = {
  channel: () => 'channel',
  /** Below the member that signed it, so that nobody can use up the id of another's command by getting there first. */
  command: (org: string, commandId: string) => `cmd/${org}/${commandId}`,
  member: (member: string) => `member/${member}`,
  memberByMsp: (mspId: string) => `msp/${mspId}`,
  memberByCompany: (company: string) => `company/${company}`,
  key: (kid: string) => `key/${kid}`,
  /** Finds a member's present key from its slot: the use, or the gate's id, since only gates have several keys of one use. */
  keySlot: (member: string, slot: string) => `key-slot/${member}/${slot}`,
  proposal: (proposal: string) => `proposal/${proposal}`,
  site: (site: string) => `site/${site}`,
  admission: (site: string, company: string, admission: string) => `admission/${site}/${company}/${admission}`,
  /** A company's credentials are in one range; a worker's or a machine's stand alone under `-`, unlinkable to each other. */
  credential: (holder: string, credential: string) => `credential/${holder}/${credential}`,
  /** Finds the holder part from the id alone. */
  credentialHolder: (credential: string) => `credential-holder/${credential}`,
  violation: (company: string, violation: string) => `violation/${company}/${violation}`,
  evaluation: (company: string, evaluation: string) => `evaluation/${company}/${evaluation}`,
  policy: (policyHash: string) => `policy/${policyHash}`,
  /** Adoptions in order of the instant from which they hold. */
  policyAdoption: (effectiveAt: string, policyHash: string) => `policy-adoption/${effectiveAt}/${policyHash}`,
  blocklisting: (company: string) => `blocklisting/${company}`,
  code: (company: string, code: string) => `code/${company}/${code}`,
  anchor: (member: string) => `anchor/${member}`,
  gateSequence: (member: string, gate: string) => `gate-sequence/${member}/${gate}`,
} as const;

/** Start and end (exclusive) of the range below a prefix. */
export const stateRange = (prefix: string): readonly [start: string, end: string] => [`${prefix}/`, `${prefix}0`];

/** Holder part for subjects that stand alone. */
export const ALONE = '-';

/** Every record counts its writes, so that a score can name the version of a fact it used. */
export interface Versioned {
  readonly version: number;
}

export interface ChannelRecord extends Versioned {
  readonly policy: GenesisPolicy;
  readonly genesis: string;
  readonly confirmed: readonly string[];
  /** `proposed` until every founder confirmed; `founding` takes imports; `open` does not. */
  readonly state: 'proposed' | 'founding' | 'open';
}

export interface CommandRecord {
  readonly digest: string;
  readonly txId: string;
  readonly result: unknown;
}

export interface MemberRecord extends Versioned {
  readonly member: string;
  readonly company: string;
  readonly kind: MemberDescriptor['kind'];
  readonly mspId: string | null;
  readonly sponsor: string | null;
  readonly state: 'active' | 'expelled';
  readonly admittedAt: string;
  readonly expelledAt: string | null;
  readonly windDownUntil: string | null;
}

/** What `msp/` and `company/` hold. */
export interface MemberReference {
  readonly member: string;
}

/** What `key-slot/` holds: the last key of the slot, live or retired. */
export interface KeyReference {
  readonly kid: string;
}

export interface KeyRecord extends Versioned {
  readonly member: string;
  readonly key: KeyDescriptor;
  readonly from: string;
  readonly retiredAt: string | null;
  readonly compromisedSince: string | null;
}

export interface ProposalRecord extends Versioned {
  readonly proposal: string;
  readonly proposed: ProposedAction;
  readonly by: string;
  readonly openedAt: string;
  /** Fixed at the opening; from then on no vote is taken. */
  readonly lapsesAt: string;
  /** Governors at the opening: the electorate never changes afterwards, but an expelled governor's open vote drops. */
  readonly electorate: readonly string[];
  readonly votes: Readonly<Record<string, 'for' | 'against'>>;
  readonly outcome: ProposalOutcome;
}

export interface SiteRecord extends Versioned {
  readonly site: string;
  readonly owner: string;
}

export interface AdmissionRecord extends Versioned {
  readonly site: string;
  readonly company: string;
  readonly admission: string;
  readonly from: string;
  readonly releasedAt: string | null;
}

export interface CredentialRecord extends Versioned {
  readonly facts: CommandArgs<'credential:register'>;
  readonly attestor: string;
  readonly recordedAt: string;
  /** Periods of suspension; the last is open while `to` is null. */
  readonly suspensions: readonly { readonly from: string; readonly to: string | null; readonly reason: string }[];
  readonly revokedAt: string | null;
  readonly revokedFor: string | null;
  /** Every renewal, with the day from which it takes this one's place; at most one is not revoked. */
  readonly successors: readonly { readonly credential: string; readonly from: string }[];
}

export interface ViolationRecord extends Versioned {
  readonly violation: string;
  readonly company: string;
  readonly site: string;
  readonly clause: string;
  readonly occurredAt: string;
  readonly commitment: string;
  readonly recordedBy: string | null;
  readonly recordedAt: string;
  /** Entered while the channel was founded: it counts at once and its recorder is the vote. */
  readonly imported: boolean;
  readonly acknowledgedAt: string | null;
  /** Every appeal with its end; at most one is open. */
  readonly appeals: readonly {
    readonly ground: string;
    readonly commitment: string;
    readonly at: string;
    readonly endedAt: string | null;
    readonly outcome: 'upheld' | 'rejected' | 'withdrawn' | null;
    readonly by: string | null;
  }[];
}

export interface EvaluationRecord extends Versioned {
  readonly evaluation: string;
  readonly company: string;
  readonly member: string;
  readonly grade: 'A' | 'B' | 'C' | 'D';
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly imported: boolean;
}

export interface PolicyAdoption {
  readonly policyHash: string;
  readonly effectiveAt: string;
  readonly adoptedAt: string;
}

export interface BlocklistingRecord extends Versioned {
  readonly company: string;
  readonly ground: string;
  readonly from: string;
  readonly until: string;
  readonly liftedAt: string | null;
  readonly proposal: string;
}

export interface CodeRecord extends Versioned {
  readonly facts: CommandArgs<'credit:issue'>;
  readonly issuer: string;
  readonly recordedAt: string;
  readonly revokedAt: string | null;
}

export interface AnchorRecord extends Versioned {
  readonly member: string;
  readonly origin: string;
  readonly size: number;
  readonly root: string;
  readonly checkpoint: string;
}
