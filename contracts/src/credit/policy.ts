import * as z from 'zod';
import { byTableCode } from '../ids.ts';
import { CREDENTIAL_TYPE_CODES } from './credentialTypes.ts';

const points = z.int().min(0).max(100);

/** One clause: points the company and the person lose. `veto` sets the company's score to 0; `stopWork` means that work stopped at once. */
export const Clause = z.strictObject({
  company: points,
  person: z.int().min(0).max(12),
  stopWork: z.boolean(),
  veto: z.boolean(),
});
export type Clause = z.infer<typeof Clause>;

/** A credit policy as data; adopted by vote, named by the SHA-256 of its canonical bytes. */
export const CreditPolicy = z.strictObject({
  id: z.string().regex(/^credit-policy\/[1-9]\d{0,5}$/),
  base: points,
  floor: points,
  /** From the best band down; the last one starts at the floor. */
  bands: z.strictObject({ green: points, amber: points }),
  /** Calendar months at UTC+8 during which a fact counts, from `occurredAt`. */
  keepMonths: z.int().min(1).max(120),
  /** A notice counts without acknowledgement after so many days. */
  acknowledgeDays: z.int().min(0).max(90),
  /** An appeal within so many days of the notice holds the points until it is resolved. */
  appealDays: z.int().min(0).max(90),
  /** A violation can be recorded so many hours after it occurred, at the latest. */
  noticeHours: z
    .int()
    .min(1)
    .max(24 * 90),
  clauses: byTableCode(Clause),
  insurance: z.strictObject({ types: z.array(z.enum(CREDENTIAL_TYPE_CODES)), points }),
  qualification: z.strictObject({ types: z.array(z.enum(CREDENTIAL_TYPE_CODES)), points }),
  /** Points of the last evaluation by each lead enterprise. */
  evaluation: z.strictObject({ A: points, B: points, C: points, D: points }),
  /** A person with so many points is off site. */
  personOffSiteAt: z.int().min(1).max(100),
});
export type CreditPolicy = z.infer<typeof CreditPolicy>;

const clause = (company: number, person: number, extra: Partial<Clause> = {}) => ({
  company,
  person,
  stopWork: false,
  veto: false,
  ...extra,
});

/** The first policy, `credit-policy/1`. */
export const CREDIT_POLICY_1: CreditPolicy = {
  id: 'credit-policy/1',
  base: 100,
  floor: 0,
  bands: { green: 80, amber: 60 },
  keepMonths: 18,
  acknowledgeDays: 7,
  appealDays: 7,
  noticeHours: 24 * 7,
  clauses: {
    no_helmet: clause(1, 3),
    no_harness_at_height: clause(5, 6),
    watch_person_absent: clause(5, 6),
    rectification_overdue: clause(3, 0),
    uncertified_special_work: clause(5, 12),
    impersonation: clause(10, 12),
    hot_work_without_permit: clause(10, 12, { stopWork: true }),
    confined_space_untested: clause(15, 12, { stopWork: true }),
    unauthorised_subcontracting: clause(10, 0),
    injury_minor: clause(5, 0),
    injury_serious: clause(20, 0),
    injury_fatal: clause(40, 0),
    forged_certificate: clause(0, 12, { veto: true }),
  },
  insurance: { types: ['liability_insurance'], points: 20 },
  qualification: {
    types: [
      'work_safety_licence',
      'construction_qualification',
      'power_facility_licence',
      'port_operation_licence',
      'port_dangerous_goods_annex',
    ],
    points: 30,
  },
  evaluation: { A: 0, B: 2, C: 5, D: 15 },
  personOffSiteAt: 12,
};

/** How people read the clauses of the first policy. */
export const CLAUSE_TEXTS: Record<string, { zh: string; en: string }> = {
  no_helmet: { zh: '未戴安全帽', en: 'No helmet' },
  no_harness_at_height: { zh: '高处作业未系安全带', en: 'No harness at height' },
  watch_person_absent: { zh: '监护人离岗', en: 'Watch person left the post' },
  rectification_overdue: { zh: '隐患整改逾期', en: 'Rectification overdue' },
  uncertified_special_work: { zh: '无证特种作业', en: 'Special work without certificate' },
  impersonation: { zh: '替岗、人证不符', en: 'Stand-in: person and certificate differ' },
  hot_work_without_permit: { zh: '无票动火', en: 'Hot work without permit' },
  confined_space_untested: { zh: '受限空间未检测', en: 'Confined space not tested' },
  unauthorised_subcontracting: { zh: '擅自分包', en: 'Unauthorised subcontracting' },
  injury_minor: { zh: '轻伤事故', en: 'Minor injury' },
  injury_serious: { zh: '重伤事故', en: 'Serious injury' },
  injury_fatal: { zh: '死亡事故', en: 'Fatal injury' },
  forged_certificate: { zh: '伪造证件', en: 'Forged certificate' },
};
