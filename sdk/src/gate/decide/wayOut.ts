import type { Effect, GateReason, GivenReason } from '@anlian/contracts';
import { milder, reason } from './reasons.ts';

type OnTheWayOut = 'keeps' | 'lapse' | Exclude<Effect, 'deny'>;

/**
 * What becomes of a reason when somebody leaves. Expiry acts on entry, so a lapse inside only raises an alert, and no list keeps
 * a person in: whatever is not named here is a warning. A presentation must still be good, or the muster list would be wrong.
 */
const TABLE: Partial<Record<GateReason, OnTheWayOut>> = {
  presentation_unreadable: 'keeps',
  presentation_forged: 'keeps',
  key_unknown: 'keeps',
  holder_mismatch: 'keeps',
  presentation_stale: 'keeps',
  clock_ahead: 'keeps',
  replayed: 'keeps',
  printed_badge: 'keeps',
  gate_unsynced: 'keeps',
  not_enrolled: 'hold',
  pass_expired: 'lapse',
  authorisation_ended: 'lapse',
  certificate_expired: 'lapse',
  certificate_review_overdue: 'lapse',
  certificate_recheck_due: 'lapse',
  training_expired: 'lapse',
  company_document_expired: 'lapse',
  insurance_expired: 'lapse',
};

/** The same reason as it counts on the way out. */
export const onTheWayOut = (given: GivenReason): GivenReason => {
  const rule = TABLE[given.code] ?? 'warn';
  if (rule === 'keeps') return given;
  if (rule !== 'lapse') return { ...given, effect: milder(given.effect, rule) };
  const detail = [given.code, given.detail].filter((part) => part !== null).join(' ');
  return { ...reason('expired_inside', detail), requirement: given.requirement };
};
