import * as z from 'zod';
import { CompanyId, Digest, MemberId, SiteId } from '../ids.ts';
import { Instant } from '../time.ts';

/** Why points are lost. Closed: each kind has a text. */
export const DEDUCTION_KINDS = {
  violation: { zh: '违章', en: 'Violation' },
  veto: { zh: '一票否决', en: 'Veto' },
  insurance_missing: { zh: '缺少强制保险', en: 'Compulsory insurance missing' },
  insurance_lapsed: { zh: '强制保险已失效', en: 'Compulsory insurance lapsed' },
  qualification_lapsed: { zh: '资质已失效', en: 'Qualification lapsed' },
  evaluation: { zh: '履约评价', en: 'Evaluation' },
} as const;
export type DeductionKind = keyof typeof DEDUCTION_KINDS;

/** One loss of points: it names its fact and when it drops off. */
export const Deduction = z.strictObject({
  kind: z.enum(Object.keys(DEDUCTION_KINDS) as [DeductionKind, ...DeductionKind[]]),
  /** Id of the fact; a missing insurance has none and names the type in `code`. */
  fact: z.string().nullable(),
  /** Version of the fact: how many times the ledger has written it. */
  version: z.int().nullable(),
  /** Clause, credential type or grade. */
  code: z.string(),
  points: z.int(),
  site: SiteId.nullable(),
  recordedBy: MemberId.nullable(),
  /** When it stops counting by itself; null where a cure ends it. */
  dropsOffAt: Instant.nullable(),
});
export type Deduction = z.infer<typeof Deduction>;

/** A fact that the score looked at, whether or not it cost points. */
export const ScoreInput = z.strictObject({
  fact: z.string(),
  version: z.int(),
  state: z.enum(['counted', 'pending', 'held', 'void', 'dropped', 'in_force', 'lapsed', 'current', 'older']),
});
export type ScoreInput = z.infer<typeof ScoreInput>;

/** The ledger's answer to `score(company, effectiveAt, policyHash)`. */
export const Score = z.strictObject({
  company: CompanyId,
  effectiveAt: Instant,
  policyHash: Digest,
  score: z.int().min(0).max(100),
  band: z.enum(['green', 'amber', 'red']),
  deductions: z.array(Deduction),
  inputs: z.array(ScoreInput),
  /** The next instant at which the score changes if nothing new is recorded. */
  nextChangeAt: Instant.nullable(),
});
export type Score = z.infer<typeof Score>;
