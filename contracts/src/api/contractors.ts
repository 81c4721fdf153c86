import * as z from 'zod';
import { CREDENTIAL_TYPE_CODES } from '../credit/credentialTypes.ts';
import { CreditPolicy } from '../credit/policy.ts';
import { Deduction, Score } from '../credit/score.ts';
import { CREDENTIAL_STATES, VIOLATION_STATES } from '../credit/states.ts';
import {
  APPEAL_GROUNDS,
  ATTESTATION_METHODS,
  AUTHORITIES,
  BANDS,
  CREDENTIAL_REASONS,
  codesOf,
} from '../credit/vocabulary.ts';
import * as id from '../ids.ts';
import { Attestation } from '../ledger/commands.ts';
import { Day, Instant } from '../time.ts';
import { LedgerReceipt, PageQuery, page } from './common.ts';

const { CompanyId, Digest, MemberId, SiteId, TableCode } = id;

/** A text in both languages, as answers carry it. */
const label = z.object({ zh: z.string(), en: z.string() });
/** A code with what a person reads for it. */
const coded = <K extends string>(codes: readonly [K, ...K[]]) => z.object({ code: z.enum(codes), text: label });
const open = z.object({ code: z.string(), text: label });
const onLedger = { ledger: LedgerReceipt.optional() };
/** What neither a database nor RFC 8785 can hold, and what could forge a second line. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const CONTROL_IN_PROSE = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}]/u;
const clean = (control: RegExp) => (text: string) => text.isWellFormed() && !control.test(text);
const line = (max: number) => z.string().trim().min(1).max(max).refine(clean(CONTROL), 'no control characters');
const prose = (max: number) =>
  z.string().trim().min(1).max(max).refine(clean(CONTROL_IN_PROSE), 'no control characters but new lines');
const days = z.int().min(0);

// --- companies and scores

/** What a company is to this node. */
export const COMPANY_ROLES = {
  own: { zh: '本公司', en: 'This company' },
  governor: { zh: '治理成员', en: 'Governor' },
  participant: { zh: '参与成员', en: 'Participant' },
  tenant_here: { zh: '本节点托管', en: 'Hosted on this node' },
  tenant_elsewhere: { zh: '托管于其他成员', en: 'Hosted by another member' },
  admitted_here: { zh: '获准进入本公司站点', en: 'Admitted to a site of this company' },
  left: { zh: '已退出网络', en: 'Has left the network' },
} as const;
export type CompanyRole = keyof typeof COMPANY_ROLES;

/** One instant at which a score changes by itself, and because of which facts. */
export const ScoreChange = z.object({
  at: Instant,
  score: z.int(),
  band: coded(codesOf(BANDS)),
  /** Points lost from then on, and points that come back. */
  lost: z.array(z.object({ fact: z.string().nullable(), points: z.int(), text: label })),
  regained: z.array(z.object({ fact: z.string().nullable(), points: z.int(), text: label })),
  text: label,
});
export type ScoreChange = z.infer<typeof ScoreChange>;

/** A company's standing now; null where no credit policy is in force yet. */
export const Standing = z.object({
  score: z.int(),
  band: coded(codesOf(BANDS)),
  policyHash: Digest,
  asOf: Instant,
  /** The next change, either way. */
  nextChange: ScoreChange.nullable(),
  /** The next change for the worse (下一个变红). */
  nextLoss: ScoreChange.nullable(),
});
export type Standing = z.infer<typeof Standing>;

export const CompanyName = z.strictObject({ zh: line(100), en: line(100) });

export const NamedCompany = CompanyName.extend({ company: CompanyId, version: z.int() });

export const Company = z.object({
  company: CompanyId,
  /** This node's own words; null when nobody gave it a name. */
  name: label.nullable(),
  member: MemberId,
  sponsor: MemberId.nullable(),
  roles: z.array(coded(codesOf(COMPANY_ROLES))),
  /** Open admissions to sites of this node's own member. */
  sites: z.array(z.object({ site: SiteId, name: label.nullable(), admission: id.AdmissionId, from: Instant })),
  standing: Standing.nullable(),
  blocklisted: z.object({ ground: open, from: Instant, until: Instant }).nullable(),
  /** Version of the name, as in `ETag`; 0 while it has none. */
  nameVersion: z.int(),
});
export type Company = z.infer<typeof Company>;
export const CompanyPage = page(Company);
export const CompanyQuery = PageQuery.extend({
  /** Part of a name or of the company id. */
  q: line(100).optional(),
  band: z.enum(codesOf(BANDS)).optional(),
});

/** A deduction with what a person reads: the clause, who recorded it, where, and when it drops off. */
export const ExplainedDeduction = Deduction.extend({ text: label, explanation: label });
export const ExplainedScore = Score.omit({ deductions: true, band: true }).extend({
  band: coded(codesOf(BANDS)),
  policy: z.object({ id: z.string(), policyHash: Digest }),
  deductions: z.array(ExplainedDeduction),
  nextChange: ScoreChange.nullable(),
  nextLoss: ScoreChange.nullable(),
  /** Steps over the 90 days from `effectiveAt`, policy switches included. */
  timeline: z.array(z.object({ from: Instant, score: z.int(), band: coded(codesOf(BANDS)) })),
});
export type ExplainedScore = z.infer<typeof ExplainedScore>;
export const ScoreQuery = z.object({ at: Instant.optional() });

// --- credentials

/** What stays at home of a company's paper; the ledger holds a commitment to it. */
export const PaperRecord = z.strictObject({
  number: line(100),
  authorityName: line(200),
  /** Insurance: cover for one person, in yuan. */
  coverPerPersonYuan: z.int().min(0).max(1_000_000_000).optional(),
  /** The source's own reference of the check: an extract number, a screenshot's digest. */
  sourceReference: line(200).optional(),
});
export type PaperRecord = z.infer<typeof PaperRecord>;

/** Faults of a paper's dates that need no ledger to be seen. */
const DATE_FAULTS = [
  {
    field: 'validTo',
    message: 'it ends before it begins',
    broken: (p: PaperDates) => p.validTo !== undefined && p.validTo < p.validFrom,
  },
  {
    field: 'reviewBy',
    message: 'the review falls outside the validity',
    broken: (p: PaperDates) =>
      p.reviewBy !== undefined && (p.reviewBy < p.validFrom || (p.validTo !== undefined && p.validTo < p.reviewBy)),
  },
] as const;
interface PaperDates {
  readonly validFrom: string;
  readonly validTo?: string | undefined;
  readonly reviewBy?: string | undefined;
}

export const RegisterCredential = z
  .strictObject({
    company: CompanyId,
    type: z.enum(CREDENTIAL_TYPE_CODES),
    authority: z.enum(codesOf(AUTHORITIES)),
    attestation: Attestation,
    validFrom: Day,
    validTo: Day.optional(),
    reviewBy: Day.optional(),
    supersedes: id.CredentialId.optional(),
    record: PaperRecord,
  })
  .superRefine((paper, context) => {
    for (const { field, message, broken } of DATE_FAULTS)
      if (broken(paper))
        context.addIssue({ code: 'custom', path: [field], message, params: { error: 'invalid_period' } });
  });
export type RegisterCredential = z.infer<typeof RegisterCredential>;
export const CredentialRegistered = z.object({ credential: id.CredentialId, commitment: Digest, ...onLedger });

const reason = coded(codesOf(CREDENTIAL_REASONS));
export const Credential = z.object({
  credential: id.CredentialId,
  /** Null for a worker's or a machine's: the ledger holds a commitment. */
  company: CompanyId.nullable(),
  type: coded(CREDENTIAL_TYPE_CODES),
  authority: coded(codesOf(AUTHORITIES)),
  attestor: MemberId,
  attestation: z.object({
    method: coded(codesOf(ATTESTATION_METHODS)),
    checkedAt: Instant,
    recheckBy: Day.nullable(),
  }),
  validFrom: Day,
  validTo: Day.nullable(),
  reviewBy: Day.nullable(),
  state: coded(codesOf(CREDENTIAL_STATES)),
  /** The next day's end at which the dates alone make it worse (24:00 at UTC+8). */
  nextEndAt: Instant.nullable(),
  suspensions: z.array(z.object({ from: Instant, to: Instant.nullable(), reason })),
  revokedAt: Instant.nullable(),
  revokedFor: reason.nullable(),
  supersedes: id.CredentialId.nullable(),
  supersededBy: z.object({ credential: id.CredentialId, from: Day }).nullable(),
  recordedAt: Instant,
  version: z.int(),
  commitment: Digest,
  /** Null where this node does not hold it, or the caller may not see it. */
  record: PaperRecord.nullable(),
});
export type Credential = z.infer<typeof Credential>;
export const CredentialPage = page(Credential);
export const CredentialQuery = PageQuery.extend({
  company: CompanyId.optional(),
  type: z.enum(CREDENTIAL_TYPE_CODES).optional(),
});
export const ChangeCredential = z.strictObject({ reason: z.enum(codesOf(CREDENTIAL_REASONS)) });
export const CredentialChanged = z.object({ credential: id.CredentialId, ...onLedger });

// --- violations

/** Who must act next, seen from the caller, and since when it waits. */
export const NEXT_OWNERS = {
  us: { zh: '待我方', en: 'Waiting for us' },
  them: { zh: '待对方', en: 'Waiting for the other side' },
  nobody: { zh: '无需处理', en: 'Nothing to do' },
} as const;
export type NextOwner = keyof typeof NEXT_OWNERS;
const nextOwner = coded(codesOf(NEXT_OWNERS)).extend({ since: Instant, waitingDays: days });

/** What stays at home of a notice, an appeal or a decision: words, and SHA-256 digests of pictures and papers. */
export const Report = z.strictObject({ text: prose(4000), files: z.array(Digest).max(50).default([]) });
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
export const ViolationChanged = z.object({ violation: id.ViolationId, ...onLedger });

export const APPEAL_OUTCOMES = {
  upheld: { zh: '申诉成立', en: 'Upheld' },
  rejected: { zh: '申诉驳回', en: 'Rejected' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
} as const;

export const Violation = z.object({
  violation: id.ViolationId,
  company: CompanyId,
  site: SiteId,
  clause: open.extend({ companyPoints: z.int(), personPoints: z.int(), stopWork: z.boolean(), veto: z.boolean() }),
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

// --- evaluations

export const EVALUATION_GRADES = {
  A: { zh: 'A 优秀', en: 'A, excellent' },
  B: { zh: 'B 良好', en: 'B, good' },
  C: { zh: 'C 需改进', en: 'C, to improve' },
  D: { zh: 'D 不合格', en: 'D, failed' },
} as const;
export const EvaluateCompany = z.strictObject({
  company: CompanyId,
  site: SiteId,
  grade: z.enum(codesOf(EVALUATION_GRADES)),
  occurredAt: Instant,
  report: Report,
});
export const CompanyEvaluated = z.object({ evaluation: id.EvaluationId, ...onLedger });
export const Evaluation = z.object({
  evaluation: id.EvaluationId,
  company: CompanyId,
  site: SiteId.nullable(),
  member: MemberId,
  grade: coded(codesOf(EVALUATION_GRADES)),
  occurredAt: Instant,
  recordedAt: Instant,
  imported: z.boolean(),
  version: z.int(),
  report: Report.nullable(),
});
export const EvaluationPage = page(Evaluation);
export const EvaluationQuery = PageQuery.extend({ company: CompanyId.optional() });

// --- credit codes

export const CODE_STATES = {
  queued: { zh: '待上账本', en: 'Waiting for the ledger' },
  valid: { zh: '有效', en: 'Valid' },
  expired: { zh: '已过期', en: 'Expired' },
  revoked: { zh: '已吊销', en: 'Revoked' },
  refused: { zh: '账本拒绝', en: 'Refused by the ledger' },
} as const;
export const CreditCode = z.object({
  code: id.CodeId,
  company: CompanyId,
  issuer: MemberId,
  state: coded(codesOf(CODE_STATES)),
  /** `HTTPS://HOST/C#digits`; null until the ledger has it, and for a code of another issuer. */
  text: z.string().nullable(),
  /** The COSE_Sign1 as base64url. */
  bytes: z.string().nullable(),
  issuedAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.nullable(),
  score: z.int(),
  band: coded(codesOf(BANDS)),
  policyHash: Digest,
  ...onLedger,
});
export type CreditCode = z.infer<typeof CreditCode>;
export const CreditCodePage = page(CreditCode);
export const CreditCodeQuery = PageQuery.extend({ company: CompanyId.optional() });
export const CodeRevoked = z.object({ code: id.CodeId, ...onLedger });

// --- policies

export const AdoptedPolicy = z.object({
  policyHash: Digest,
  id: z.string(),
  effectiveAt: Instant,
  adoptedAt: Instant,
  inForce: z.boolean(),
});
export const AdoptedPolicyList = z.object({ items: z.array(AdoptedPolicy) });
export const CurrentPolicy = AdoptedPolicy.extend({
  policy: CreditPolicy,
  clauses: z.array(open.extend({ company: z.int(), person: z.int(), stopWork: z.boolean(), veto: z.boolean() })),
});

// --- what one member shows another

/** A record that stays at home, shown to another member with its salt: whoever holds both can check the ledger's commitment. */
export const Disclosure = z.strictObject({
  /** The credential or violation that it is about. */
  about: z.union([id.CredentialId, id.ViolationId]),
  record: z.union([PaperRecord, Report]),
  salt: Digest,
});
export type Disclosure = z.infer<typeof Disclosure>;
export const DisclosureTaken = z.object({ about: z.string(), commitment: Digest });
