import type { Text } from '../text.ts';

/** What a credential is about. Workers and equipment appear on the ledger as commitments only. */
export type CredentialSubject = 'company' | 'worker' | 'equipment';

/** `lapse` says which part of the score the lapse of a company's credential touches. */
export interface CredentialType {
  readonly text: Text;
  readonly subject: CredentialSubject;
  /** Usual validity in months; the paper's own dates decide. */
  readonly validMonths: number;
  /** A review falls due after so many months inside the validity. */
  readonly reviewMonths?: number;
  /** Days the public register may lag behind a renewal. */
  readonly registerLagDays?: number;
  readonly lapse: 'qualification' | 'insurance' | 'none';
}

const type = (
  zh: string,
  en: string,
  subject: CredentialSubject,
  validMonths: number,
  rest: Partial<CredentialType> = {},
): CredentialType => ({
  text: { zh, en },
  subject,
  validMonths,
  lapse: 'none',
  ...rest,
});

const specialWork = (zh: string, en: string) =>
  type(`特种作业操作证（${zh}）`, `Special work permit: ${en}`, 'worker', 72, { reviewMonths: 36, registerLagDays: 3 });
const specialEquipment = (zh: string, en: string) =>
  type(`特种设备作业人员证（${zh}）`, `Special equipment operator: ${en}`, 'worker', 48);

/** Certificate types with their dates and rules. A code, once used on the ledger, keeps its meaning. */
export const CREDENTIAL_TYPES = {
  special_work_lv_electric: specialWork('低压电工', 'low-voltage electrician'),
  special_work_hv_electric: specialWork('高压电工', 'high-voltage electrician'),
  special_work_welding: specialWork('熔化焊接与热切割', 'fusion welding and thermal cutting'),
  special_work_climbing: specialWork('登高架设', 'scaffolding'),
  special_work_height: specialWork('高处安装、维护、拆除', 'installation and dismantling at height'),
  special_work_chem_instrument: specialWork('危化品自动化仪表', 'automation instruments for hazardous chemicals'),
  special_equipment_n1: specialEquipment('N1 叉车司机', 'N1 forklift driver'),
  special_equipment_q1: specialEquipment('Q1 起重机指挥', 'Q1 crane signaller'),
  special_equipment_q2: specialEquipment('Q2 起重机司机', 'Q2 crane operator'),
  special_equipment_a: specialEquipment('A 特种设备安全管理', 'A safety management'),
  construction_special_work: type('建筑施工特种作业操作资格证', 'Construction special work licence', 'worker', 24),
  safety_officer_abc: type(
    '安管人员安全生产考核合格证（A/B/C）',
    'Construction safety officer certificate A, B or C',
    'worker',
    36,
  ),
  occupational_health_check: type('职业健康检查', 'Occupational health check', 'worker', 12),
  hot_work_watch_training: type('动火监护人培训', 'Hot-work fire-watch training', 'worker', 12),
  site_induction: type('入场安全教育', 'Site induction', 'worker', 12),
  work_safety_licence: type('安全生产许可证', 'Work safety licence', 'company', 36, { lapse: 'qualification' }),
  construction_qualification: type('施工资质', 'Construction qualification', 'company', 60, { lapse: 'qualification' }),
  power_facility_licence: type('承装（修、试）电力设施许可证', 'Power facility installation licence', 'company', 72, {
    lapse: 'qualification',
  }),
  port_operation_licence: type('港口经营许可证', 'Port operation licence', 'company', 36, { lapse: 'qualification' }),
  port_dangerous_goods_annex: type('港口危险货物作业附证', 'Port dangerous goods annex', 'company', 36, {
    lapse: 'qualification',
  }),
  iso_45001: type('ISO 45001 职业健康安全管理体系认证', 'ISO 45001 certification', 'company', 36, { reviewMonths: 12 }),
  liability_insurance: type('安全生产责任保险', 'Work safety liability insurance', 'company', 12, {
    lapse: 'insurance',
  }),
  work_injury_insurance: type('工伤保险参保', 'Work injury insurance', 'company', 1),
  safety_agreement: type('安全生产管理协议', 'Safety management agreement', 'company', 12),
  equipment_inspection: type('特种设备定期检验', 'Periodic inspection of special equipment', 'equipment', 12),
} as const satisfies Record<string, CredentialType>;

export type CredentialTypeCode = keyof typeof CREDENTIAL_TYPES;
export const CREDENTIAL_TYPE_CODES = Object.keys(CREDENTIAL_TYPES) as [CredentialTypeCode, ...CredentialTypeCode[]];
