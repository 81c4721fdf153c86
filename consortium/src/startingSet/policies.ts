import type { CredentialTypeCode, PutSitePolicy, WorkClass } from '@anlian/contracts';
import type { SiteName } from './companies.ts';

type Requirement = PutSitePolicy['requirements'][number];
type Effect = Requirement['effect'];

const EVERY: WorkClass[] = ['general', 'hot_work', 'confined_space', 'height', 'lifting', 'electrical', 'forklift'];

const item = (
  id: string,
  workClasses: WorkClass[],
  need: Requirement['need'],
  effect: Effect = 'deny',
  graceDays = 0,
): Requirement => ({ id, workClasses, need, effect, graceDays });
const certificate = (
  id: string,
  workClass: WorkClass,
  types: CredentialTypeCode[],
  effect: Effect = 'deny',
): Requirement => item(id, [workClass], { need: 'worker_certificate', types }, effect);
const training = (id: string, workClasses: WorkClass[], course: string, effect: Effect = 'deny'): Requirement =>
  item(id, workClasses, { need: 'worker_training', course }, effect);
const document = (id: string, types: CredentialTypeCode[], effect: Effect = 'deny', graceDays = 0): Requirement =>
  item(id, EVERY, { need: 'company_document', types }, effect, graceDays);

/** By law everywhere: the safety agreement and the induction; a visitor needs the induction alone. */
const BY_LAW: readonly Requirement[] = [
  document('safety_agreement', ['safety_agreement']),
  training('induction', [...EVERY, 'visitor'], 'site_induction'),
];

const SKILLED: readonly Requirement[] = [
  certificate('welder', 'hot_work', ['special_work_welding']),
  certificate('height_worker', 'height', ['special_work_height', 'special_work_climbing']),
  certificate('electrician', 'electrical', ['special_work_lv_electric', 'special_work_hv_electric']),
  certificate('crane', 'lifting', ['special_equipment_q1', 'special_equipment_q2']),
  certificate('forklift', 'forklift', ['special_equipment_n1']),
];

const set = (...requirements: readonly Requirement[]): PutSitePolicy => ({
  requirements: [...BY_LAW, ...SKILLED, ...requirements],
  holdTimeoutSeconds: 300,
});

/** STARTING-SET's requirement sets, which truly conflict: cover, age and documents differ from site to site. */
export const SITE_POLICIES: Readonly<Record<SiteName, PutSitePolicy>> = {
  'hengyuan-terminal': set(item('band', EVERY, { need: 'company_band', atLeast: 'amber' })),
  'hengyuan-hazchem': set(
    training('hot_work_watch', ['hot_work'], 'hot_work_watch', 'hold'),
    item('cover', EVERY, { need: 'insurance_cover', minPerPersonYuan: 800_000 }),
    item('age_hot_work', ['hot_work'], { need: 'max_age', years: 55 }),
    item('band', EVERY, { need: 'company_band', atLeast: 'amber' }),
  ),
  'qichuan-paint': set(
    item('cover', EVERY, { need: 'insurance_cover', minPerPersonYuan: 1_000_000 }),
    item('age', EVERY, { need: 'max_age', years: 60 }),
    item(
      'health_check',
      ['confined_space', 'hot_work'],
      { need: 'worker_certificate', types: ['occupational_health_check'] },
      'warn',
    ),
  ),
  'qichuan-expansion': set(
    document('construction_qualification', ['construction_qualification']),
    document('work_safety_licence', ['work_safety_licence']),
    document('work_injury_insurance', ['work_injury_insurance'], 'hold', 3),
    certificate('construction_special_work', 'height', ['construction_special_work', 'special_work_height'], 'deny'),
  ),
};
