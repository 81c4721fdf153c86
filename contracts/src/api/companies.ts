import * as z from 'zod';
import { Deduction, Score } from '../credit/score.ts';
import { BANDS, codesOf } from '../credit/vocabulary.ts';
import { AdmissionId, CompanyId, Digest, MemberId, SiteId, SuspensionId } from '../ids.ts';
import { Instant } from '../time.ts';
import { typedLine } from './cleanText.ts';
import { PageQuery, page } from './common.ts';
import { SITE_SUSPENSION_REASONS } from './gates.ts';
import { coded, label, openCoded } from './words.ts';

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

export const CompanyName = z.strictObject({ zh: typedLine(100), en: typedLine(100) });

export const NamedCompany = CompanyName.extend({ company: CompanyId, version: z.int() });

export const Company = z.object({
  company: CompanyId,
  /** This node's own words; null when nobody gave it a name. */
  name: label.nullable(),
  member: MemberId,
  sponsor: MemberId.nullable(),
  roles: z.array(coded(codesOf(COMPANY_ROLES))),
  /** Open admissions to sites of this node's own member. */
  sites: z.array(z.object({ site: SiteId, name: label.nullable(), admission: AdmissionId, from: Instant })),
  /** Sites of this node's own member that keep it out now: the site owner's own decision, which is not on the ledger. */
  suspensions: z.array(
    z.object({
      suspension: SuspensionId,
      site: SiteId,
      name: label.nullable(),
      from: Instant,
      reason: coded(codesOf(SITE_SUSPENSION_REASONS)),
    }),
  ),
  standing: Standing.nullable(),
  blocklisted: z.object({ ground: openCoded, from: Instant, until: Instant }).nullable(),
  /** Version of the name, as in `ETag`; 0 while it has none. */
  nameVersion: z.int(),
});
export type Company = z.infer<typeof Company>;
export const CompanyPage = page(Company);
export const CompanyQuery = PageQuery.extend({
  /** Part of a name or of the company id. */
  q: typedLine(100).optional(),
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
