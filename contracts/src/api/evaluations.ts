import * as z from 'zod';
import { codesOf } from '../credit/vocabulary.ts';
import { CompanyId, EvaluationId, MemberId, SiteId } from '../ids.ts';
import { Instant } from '../time.ts';
import { PageQuery, page } from './common.ts';
import { Report } from './violations.ts';
import { coded, onLedger } from './words.ts';

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
export const CompanyEvaluated = z.object({ evaluation: EvaluationId, ...onLedger });
export const Evaluation = z.object({
  evaluation: EvaluationId,
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
