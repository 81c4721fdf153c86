import {
  addMonthsMs,
  type CreditPolicy,
  DAY_MS,
  instantMs,
  type ViolationRecord,
  type ViolationState,
} from '@anlian/contracts';

type Appeal = ViolationRecord['appeals'][number];

/** When a violation drops off: calendar months at UTC+8 after it occurred, the end of a shorter month clamped. */
export const dropsOffMs = ({ occurredAt }: { readonly occurredAt: string }, { keepMonths }: CreditPolicy): number =>
  addMonthsMs(instantMs(occurredAt), keepMonths);

/** When it counts without anybody's doing: at once if the vote imported it, else some days after the notice. */
export const countsByItselfMs = (violation: ViolationRecord, { acknowledgeDays }: CreditPolicy): number =>
  instantMs(violation.imported ? violation.occurredAt : violation.recordedAt) +
  (violation.imported ? 0 : acknowledgeDays * DAY_MS);

const isUpheld =
  (atMs: number) =>
  (appeal: Appeal): boolean =>
    appeal.outcome === 'upheld' && appeal.endedAt !== null && instantMs(appeal.endedAt) <= atMs;

const isOpen =
  (atMs: number) =>
  (appeal: Appeal): boolean =>
    instantMs(appeal.at) <= atMs && (appeal.endedAt === null || atMs < instantMs(appeal.endedAt));

const isAcknowledged = ({ acknowledgedAt }: ViolationRecord, atMs: number): boolean =>
  acknowledgedAt !== null && instantMs(acknowledgedAt) <= atMs;

/**
 * What a violation is at an instant (milliseconds since the epoch) under a policy. It counts over [occurredAt, + keepMonths), once
 * acknowledged or left unanswered for the policy's days, and not while an appeal is open.
 */
export const violationState = (violation: ViolationRecord, policy: CreditPolicy, atMs: number): ViolationState => {
  if (violation.appeals.some(isUpheld(atMs))) return 'void';
  if (atMs >= dropsOffMs(violation, policy)) return 'dropped';
  if (violation.appeals.some(isOpen(atMs))) return 'held';
  if (atMs < instantMs(violation.occurredAt)) return 'notified';
  return isAcknowledged(violation, atMs) || atMs >= countsByItselfMs(violation, policy) ? 'counted' : 'notified';
};
