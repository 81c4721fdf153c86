import type { Text } from '../text.ts';

const words = <K extends string>(table: Record<K, readonly [string, string]>): Record<K, Text> =>
  Object.fromEntries(
    Object.entries<readonly [string, string]>(table).map(([key, [zh, en]]) => [key, { zh, en }]),
  ) as Record<K, Text>;

/** Who issued the paper. An authority is not the member that checked it (the attestor). */
export const AUTHORITIES = words({
  emergency_management: ['应急管理部门', 'Emergency management bureau'],
  market_regulation: ['市场监督管理部门', 'Market regulation bureau'],
  housing_construction: ['住房和城乡建设部门', 'Housing and construction bureau'],
  energy_regulation: ['能源监管机构', 'Energy regulator'],
  transport: ['交通运输（港口）部门', 'Transport or port authority'],
  human_resources: ['人力资源和社会保障部门', 'Human resources bureau'],
  insurer: ['保险公司', 'Insurer'],
  certification_body: ['认证机构', 'Certification body'],
  health_institution: ['职业健康检查机构', 'Occupational health institution'],
  site_owner: ['站点所有者', 'Site owner'],
});

/** How the attestor checked a credential. */
export const ATTESTATION_METHODS = words({
  register: ['登记系统查询', 'Looked up in the register'],
  scan: ['扫码核验', 'Code on the paper scanned'],
  phone: ['电话核实', 'Confirmed by telephone'],
  api: ['接口核验', 'Checked through an interface'],
  original_seen: ['查验原件', 'Original seen'],
});

/** Why a credential is suspended or revoked. A closed list: no free text on the ledger. */
export const CREDENTIAL_REASONS = words({
  authority_withdrew: ['发证机关吊销或注销', 'Withdrawn by the authority'],
  under_investigation: ['正在调查', 'Under investigation'],
  investigation_cleared: ['调查澄清', 'Cleared by the investigation'],
  forged: ['伪造', 'Forged'],
  attested_in_error: ['核验有误', 'Attested in error'],
  superseded: ['已换发新证', 'Superseded by a new paper'],
});

/** Grounds of an appeal. */
export const APPEAL_GROUNDS = words({
  not_our_worker: ['非本单位人员', 'Not our worker'],
  facts_wrong: ['事实有误', 'The facts are wrong'],
  certificate_valid: ['证件当时有效', 'The certificate was valid'],
  clause_wrong: ['条款适用错误', 'The wrong clause was applied'],
  procedure_wrong: ['程序不当', 'The procedure was wrong'],
});

/** Grounds of a network blocklisting. */
export const BLOCKLIST_GROUNDS = words({
  fatal_accident: ['死亡事故', 'Fatal accident'],
  forged_certificate: ['使用伪造证件', 'Forged certificate'],
  repeated_serious: ['多次严重违章', 'Repeated serious violations'],
  false_repair: ['虚假修复', 'False repair'],
});

/** Work classes a gate distinguishes; `highRisk` classes are held when the gate cannot trust its clock or its lists. */
export const WORK_CLASSES = {
  general: { text: { zh: '一般作业', en: 'General work' }, highRisk: false, maxPackAgeMinutes: 24 * 60 },
  hot_work: { text: { zh: '动火作业', en: 'Hot work' }, highRisk: true, maxPackAgeMinutes: 4 * 60 },
  confined_space: { text: { zh: '受限空间作业', en: 'Confined space' }, highRisk: true, maxPackAgeMinutes: 4 * 60 },
  height: { text: { zh: '高处作业', en: 'Work at height' }, highRisk: true, maxPackAgeMinutes: 8 * 60 },
  lifting: { text: { zh: '吊装作业', en: 'Lifting' }, highRisk: true, maxPackAgeMinutes: 8 * 60 },
  electrical: { text: { zh: '临时用电作业', en: 'Electrical work' }, highRisk: true, maxPackAgeMinutes: 8 * 60 },
  forklift: { text: { zh: '叉车作业', en: 'Forklift' }, highRisk: false, maxPackAgeMinutes: 12 * 60 },
  visitor: { text: { zh: '访客', en: 'Visitor' }, highRisk: false, maxPackAgeMinutes: 24 * 60 },
} as const satisfies Record<string, { text: Text; highRisk: boolean; maxPackAgeMinutes: number }>;
export type WorkClass = keyof typeof WORK_CLASSES;
export const WORK_CLASS_CODES = Object.keys(WORK_CLASSES) as [WorkClass, ...WorkClass[]];

export const BANDS = words({ green: ['绿', 'Green'], amber: ['黄', 'Amber'], red: ['红', 'Red'] });
export type Band = keyof typeof BANDS;

/** Keys of a table as the non-empty tuple that `z.enum` takes. */
export const codesOf = <K extends string>(table: Record<K, unknown>): [K, ...K[]] => Object.keys(table) as [K, ...K[]];
