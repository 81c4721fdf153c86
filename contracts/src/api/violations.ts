import * as z from 'zod';
import { VIOLATION_STATES } from '../credit/states.ts';
import { APPEAL_GROUNDS, codesOf } from '../credit/vocabulary.ts';
import { CompanyId, Digest, MemberId, SiteId, TableCode, ViolationId } from '../ids.ts';
import { Instant } from '../time.ts';
import { typedProse } from './cleanText.ts';
import { PageQuery, page } from './common.ts';
import { coded, onLedger, openCoded } from './words.ts';

/** Who must act next, seen from the caller, and since when it waits. */
export const NEXT_OWNERS = {
  us: { zh: '待我方', en: 'Waiting for us' },
  them: { zh: '待对方', en: 'Waiting for the other side' },
  nobody: { zh: '无需处理', en: 'Nothing to do' },
} as const;
export type NextOwner = keyof typeof NEXT_OWNERS;
const nextOwner = coded(codesOf(NEXT_OWNERS)).extend({ since: Instant, waitingDays: z.int().min(0) });

/** What stays at home of a notice, an appeal or a decision: words, and SHA-256 digests of pictures and papers. */
export const Report = z.strictObject({ text: typedProse(4000), files: z.array(Digest).max(50).default([]) });
export type Report = z.infer<typeof Report>;

export const NotifyViolation = z.strictObject({
  company: CompanyId,
  site: SiteId,
  clause: TableCode,
  occurredAt: Instant,
  report: Report,
});
export type NotifyViolation = z.infer<typeof NotifyViolation>;
export const OpenAppeal = z.strictObject({ ground: z.enum(codesOf(APPEAL_GROUNDS)), report: Report });
export const ResolveAppeal = z.strictObject({ outcome: z.enum(['upheld', 'rejected']), report: Report });
export const ViolationChanged = z.object({ violation: ViolationId, ...onLedger });

export const APPEAL_OUTCOMES = {
  upheld: { zh: '申诉成立', en: 'Upheld' },
  rejected: { zh: '申诉驳回', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
} as const;

export const Violation = z.object({
  violation: ViolationId,
  company: CompanyId,
  site: SiteId,
  clause: openCoded.extend({ companyPoints: z.int(), personPoints: z.int(), stopWork: z.boolean(), veto: z.boolean() }),
  occurredAt: Instant,
  recordedAt: Instant,
  /** Null when it was imported by vote. */
  recordedBy: MemberId.nullable(),
  imported: z.boolean(),
  acknowledgedAt: Instant.nullable(),
  state: coded(codesOf(VIOLATION_STATES)),
  nextOwner,
  /** When an unanswered notice counts by itself. */
  countsByItselfAt: Instant,
  /** The last instant at which an appeal is in time; null once an appeal was decided. */
  appealUntil: Instant.nullable(),
  dropsOffAt: Instant,
  appeals: z.array(
    z.object({
      ground: coded(codesOf(APPEAL_GROUNDS)),
      at: Instant,
      endedAt: Instant.nullable(),
      outcome: coded(codesOf(APPEAL_OUTCOMES)).nullable(),
      by: MemberId.nullable(),
      report: Report.nullable(),
    }),
  ),
  version: z.int(),
  commitment: Digest,
  report: Report.nullable(),
});
export type Violation = z.infer<typeof Violation>;
export const ViolationPage = page(Violation);
export const ViolationQuery = PageQuery.extend({
  company: CompanyId.optional(),
  state: z.enum(codesOf(VIOLATION_STATES)).optional(),
});
