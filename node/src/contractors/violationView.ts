import { countsByItselfMs, dropsOffMs, violationState } from '@anlian/chaincode/rules';
import {
  APPEAL_GROUNDS,
  APPEAL_OUTCOMES,
  type CreditPolicy,
  DAY_MS,
  instantMs,
  NEXT_OWNERS,
  type NextOwner,
  Report,
  toInstant,
  VIOLATION_STATES,
  type Violation,
  type ViolationRecord,
  type ViolationState,
} from '@anlian/contracts';
import type { Committed } from './commitment.ts';
import { coded } from './credentialView.ts';
import { clauseText } from './explain.ts';
import { shown } from './held.ts';

/** Who looks at a violation. */
export interface Onlooker {
  /** The caller's member. */
  readonly org: string;
  readonly company: string | undefined;
  /** Only governors decide appeals. */
  readonly governor: boolean;
}

/** A notice waits for the company concerned; an appeal for a governor that neither recorded it nor is concerned. */
const OWNERS: Partial<Readonly<Record<ViolationState, (violation: ViolationRecord, by: Onlooker) => NextOwner>>> = {
  notified: ({ company }, by) => (by.company === company ? 'us' : 'them'),
  held: ({ company, recordedBy }, by) =>
    by.governor && by.org !== recordedBy && by.company !== company ? 'us' : 'them',
};

const sinceOf = ({ recordedAt, appeals }: ViolationRecord, state: ViolationState): string =>
  (state === 'held' ? appeals.findLast(({ endedAt }) => endedAt === null)?.at : undefined) ?? recordedAt;

/** Whose turn it is, seen from the caller, and for how many whole days. */
export const nextOwnerOf = (violation: ViolationRecord, state: ViolationState, by: Onlooker, nowMs: number) => {
  const owner = OWNERS[state]?.(violation, by) ?? 'nobody';
  const since = sinceOf(violation, state);
  const waitedMs = owner === 'nobody' ? 0 : Math.max(0, nowMs - instantMs(since));
  return { ...coded(NEXT_OWNERS, owner), since, waitingDays: Math.floor(waitedMs / DAY_MS) };
};

const clauseView = (code: string, { clauses }: CreditPolicy) => {
  const clause = Object.hasOwn(clauses, code) ? clauses[code] : undefined;
  return {
    code,
    text: clauseText(code),
    companyPoints: clause?.company ?? 0,
    personPoints: clause?.person ?? 0,
    stopWork: clause?.stopWork ?? false,
    veto: clause?.veto ?? false,
  };
};

const isDecided = ({ appeals }: ViolationRecord): boolean =>
  appeals.some(({ outcome }) => outcome === 'upheld' || outcome === 'rejected');

/** Everything but the record that a violation's view is made from. */
export interface ViolationContext {
  readonly policy: CreditPolicy;
  readonly held: ReadonlyMap<string, Committed<unknown>>;
  readonly by: Onlooker;
  readonly nowMs: number;
}

/** A violation as the API shows it, its state at an instant under a policy. */
export const violationView = (record: ViolationRecord, { policy, held, by, nowMs }: ViolationContext): Violation => {
  const state = violationState(record, policy, nowMs);
  const reportOf = (commitment: string) => shown(Report, held.get(commitment));
  return {
    violation: record.violation,
    company: record.company,
    site: record.site,
    clause: clauseView(record.clause, policy),
    occurredAt: record.occurredAt,
    recordedAt: record.recordedAt,
    recordedBy: record.recordedBy,
    imported: record.imported,
    acknowledgedAt: record.acknowledgedAt,
    state: coded(VIOLATION_STATES, state),
    nextOwner: nextOwnerOf(record, state, by, nowMs),
    countsByItselfAt: toInstant(countsByItselfMs(record, policy)),
    appealUntil: isDecided(record) ? null : toInstant(instantMs(record.recordedAt) + policy.appealDays * DAY_MS),
    dropsOffAt: toInstant(dropsOffMs(record, policy)),
    appeals: record.appeals.map(({ ground, at, endedAt, outcome, by: decider, commitment }) => ({
      ground: coded(APPEAL_GROUNDS, ground as keyof typeof APPEAL_GROUNDS),
      at,
      endedAt,
      outcome: outcome === null ? null : coded(APPEAL_OUTCOMES, outcome),
      by: decider,
      report: reportOf(commitment),
    })),
    version: record.version,
    commitment: record.commitment,
    report: reportOf(record.commitment),
  };
};
