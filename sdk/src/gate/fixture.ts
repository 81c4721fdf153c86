import type {
  CompanyFacts,
  DecisionInputs,
  PackRow,
  PaperFacts,
  PresentationFacts,
  Requirement,
  SitePolicy,
  WorkerFacts,
} from '@anlian/contracts';
import { DINGGU } from '../code/fixture.ts';

/** Test support: a welder of 鼎固 at 恒远's 危化库区, everything in order. 2026-11-22T08:00:00+08:00. */
export const NOW = '2026-11-22T00:00:00.000Z';
export const SITE = 'hazmat-yard';
export const PASS = `pas_${'03'.repeat(16)}`;
const DIGEST = 'A'.repeat(43);

let papers = 0;
export const paper = (type: PaperFacts['type'], changes: Partial<PaperFacts> = {}): PaperFacts => ({
  credential: `crd_${String(++papers).padStart(32, '0')}`,
  type,
  validFrom: '2024-01-01',
  validTo: '2029-12-31',
  reviewBy: null,
  recheckBy: null,
  standing: 'in_force',
  supersededFrom: null,
  coverPerPersonYuan: null,
  ...changes,
});

export const requirement = (
  id: string,
  need: Requirement['need'],
  changes: Partial<Requirement> = {},
): Requirement => ({
  id,
  workClasses: [],
  need,
  effect: 'deny',
  graceDays: 0,
  ...changes,
});

export const sitePolicy = (changes: Partial<SitePolicy> = {}): SitePolicy => ({
  site: SITE,
  version: 1,
  effectiveFrom: '2026-01-01T00:00:00.000Z',
  requirements: [
    requirement(
      'welding',
      { need: 'worker_certificate', types: ['special_work_welding'] },
      { workClasses: ['hot_work'] },
    ),
    requirement('induction', { need: 'worker_training', course: 'site_induction' }),
    requirement('age', { need: 'max_age', years: 55 }, { workClasses: ['hot_work'] }),
    requirement('agreement', { need: 'company_document', types: ['safety_agreement'] }),
    requirement('cover', { need: 'insurance_cover', minPerPersonYuan: 800_000 }),
    requirement('band', { need: 'company_band', atLeast: 'amber' }),
  ],
  holdTimeoutSeconds: 120,
  ...changes,
});

export const workerFacts = (changes: Partial<WorkerFacts> = {}): WorkerFacts => ({
  pass: PASS,
  issuer: 'hengyuan',
  employer: DINGGU,
  holderKey: DIGEST,
  authorisedFrom: '2026-11-01T00:00:00.000Z',
  authorisedTo: '2026-12-31T16:00:00.000Z',
  workClasses: ['hot_work', 'general'],
  papers: [paper('special_work_welding', { reviewBy: '2027-01-01' })],
  training: [{ course: 'site_induction', validTo: '2027-06-30' }],
  turns: [{ years: 56, on: '2030-05-01' }],
  points: 0,
  suspendedSince: null,
  ...changes,
});

export const companyFacts = (changes: Partial<CompanyFacts> = {}): CompanyFacts => ({
  company: DINGGU,
  policyHash: DIGEST,
  scores: [{ from: '2026-01-01T00:00:00.000Z', score: 89, band: 'green' }],
  papers: [paper('safety_agreement'), paper('liability_insurance', { coverPerPersonYuan: 1_000_000 })],
  admission: { from: '2026-10-01T00:00:00.000Z', releasedAt: null },
  suspendedSince: null,
  blocklistedUntil: null,
  ...changes,
});

type PassShown = Extract<PresentationFacts, { form: 'pass' }>;
export const shown = (changes: Partial<PassShown> = {}): PassShown => ({
  form: 'pass',
  pass: PASS,
  issuer: 'hengyuan',
  employer: DINGGU,
  holderKey: DIGEST,
  issuedAt: '2026-11-01T00:00:00.000Z',
  expiresAt: '2026-12-31T16:00:00.000Z',
  presentedAt: NOW,
  seenBefore: false,
  ...changes,
});

export const inputs = (changes: Partial<DecisionInputs> = {}): DecisionInputs => ({
  direction: 'in',
  workClass: 'hot_work',
  presentation: shown(),
  code: null,
  worker: workerFacts(),
  company: companyFacts(),
  policy: sitePolicy(),
  personOffSiteAt: 12,
  pack: { madeAt: NOW, height: 41, rows: DIGEST },
  clock: { effective: NOW, raw: NOW, state: 'trusted' },
  ...changes,
});

export const at = (effective: string, changes: Partial<DecisionInputs> = {}): DecisionInputs =>
  inputs({
    presentation: shown({ presentedAt: effective }),
    pack: { madeAt: effective, height: 41, rows: DIGEST },
    clock: { effective, raw: effective, state: 'trusted' },
    ...changes,
  });

/** Rows of a pack with one site and the given companies and workers. */
export const packRows = (
  workers: readonly WorkerFacts[] = [workerFacts()],
  companies: readonly CompanyFacts[] = [companyFacts()],
): PackRow[] => [
  { t: 'a-site', site: SITE, name: { zh: '危化库区', en: 'Hazmat yard' }, policy: sitePolicy(), personOffSiteAt: 12 },
  ...companies.map((facts): PackRow => ({ t: 'd-company', name: '鼎固建设工程', facts })),
  ...workers.map(
    (facts): PackRow => ({ t: 'e-worker', person: { name: '阿依·买买提', trade: '焊工', portrait: null }, facts }),
  ),
];
