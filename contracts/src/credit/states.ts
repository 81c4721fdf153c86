import type { Text } from '../text.ts';

/** What a credential is at an instant. Only suspension, revocation and a successor are written; the rest follows from the dates. */
export const CREDENTIAL_STATES = {
  valid: { zh: '有效', en: 'Valid' },
  not_yet_valid: { zh: '尚未生效', en: 'Not yet valid' },
  review_overdue: { zh: '逾期未复审', en: 'Review overdue' },
  recheck_due: { zh: '待重新核验', en: 'Due to be checked again' },
  suspended: { zh: '已暂停', en: 'Suspended' },
  expired: { zh: '已过期', en: 'Expired' },
  superseded: { zh: '已换发', en: 'Superseded' },
  revoked: { zh: '已撤销', en: 'Revoked' },
} as const satisfies Record<string, Text>;
export type CredentialState = keyof typeof CREDENTIAL_STATES;

/** From which states each act on a credential is possible. Revocation is final: no act leads out of it. */
export const CREDENTIAL_TRANSITIONS = {
  supersede: ['valid', 'not_yet_valid', 'review_overdue', 'recheck_due', 'suspended', 'expired'],
  suspend: ['valid', 'not_yet_valid', 'review_overdue', 'recheck_due'],
  unsuspend: ['suspended'],
  revoke: ['valid', 'not_yet_valid', 'review_overdue', 'recheck_due', 'suspended', 'superseded'],
} as const satisfies Record<string, readonly CredentialState[]>;
export type CredentialAct = keyof typeof CREDENTIAL_TRANSITIONS;

/** What a violation is at an instant; only `counted` costs points. */
export const VIOLATION_STATES = {
  notified: { zh: '已通知，待确认', en: 'Notified, awaiting the contractor' },
  counted: { zh: '已计分', en: 'Counted' },
  held: { zh: '申诉中，暂不计分', en: 'Under appeal, not counted' },
  void: { zh: '申诉成立，不计分', en: 'Appeal upheld, void' },
  dropped: { zh: '期满，不再计分', en: 'Dropped off' },
} as const satisfies Record<string, Text>;
export type ViolationState = keyof typeof VIOLATION_STATES;

/** From which states each act on a violation is possible. */
export const VIOLATION_TRANSITIONS = {
  acknowledge: ['notified'],
  appeal: ['notified', 'counted'],
  withdraw_appeal: ['held'],
  resolve: ['held'],
} as const satisfies Record<string, readonly ViolationState[]>;
export type ViolationAct = keyof typeof VIOLATION_TRANSITIONS;
