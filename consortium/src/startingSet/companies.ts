import type { CredentialTypeCode } from '@anlian/contracts';

interface Named {
  readonly zh: string;
  readonly en: string;
}

/** A company of the starting set that is not itself a node: a tenant of one. */
export interface TenantPlan {
  readonly member: string;
  readonly company: string;
  readonly name: Named;
  readonly sponsor: string;
}

/** Fictional companies: division 99 is not allocated, so these codes cannot be anybody's. */
export const TENANTS: readonly TenantPlan[] = [
  {
    member: 'anlan',
    company: '91990101MAAA00047D',
    name: { zh: '安澜起重机械服务', en: 'Anlan Lifting' },
    sponsor: 'hengyuan',
  },
  { member: 'yunfan', company: '91990303MAAA00055F', name: { zh: '云帆劳务', en: 'Yunfan Labour' }, sponsor: 'dinggu' },
  {
    member: 'ruihan',
    company: '91990202MAAA00063N',
    name: { zh: '锐焊设备检修', en: 'Ruihan Welding' },
    sponsor: 'qichuan',
  },
  {
    member: 'lanjie',
    company: '91990202MAAA00071H',
    name: { zh: '蓝界储罐清洗', en: 'Lanjie Tank Cleaning' },
    sponsor: 'qichuan',
  },
  {
    member: 'xingu',
    company: '91990101MAAA001009',
    name: { zh: '新固建设工程', en: 'Xingu Construction' },
    sponsor: 'hengyuan',
  },
];

/** USCC of every member of the starting set. */
export const COMPANIES = {
  hengyuan: '91990101MAAA00012T',
  qichuan: '91990202MAAA000209',
  zhengheng: '91990101MAAA0008XM',
  dinggu: '91990101MAAA00039J',
  anlan: '91990101MAAA00047D',
  yunfan: '91990303MAAA00055F',
  ruihan: '91990202MAAA00063N',
  lanjie: '91990202MAAA00071H',
  xingu: '91990101MAAA001009',
} as const;
export type CompanyName = keyof typeof COMPANIES;

export const SITES = [
  {
    site: 'hengyuan-terminal',
    owner: 'hengyuan',
    name: { zh: '恒远集装箱一号码头', en: 'Hengyuan container terminal 1' },
  },
  {
    site: 'hengyuan-hazchem',
    owner: 'hengyuan',
    name: { zh: '恒远危化库区', en: 'Hengyuan hazardous chemicals depot' },
  },
  { site: 'qichuan-paint', owner: 'qichuan', name: { zh: '启川涂装车间', en: 'Qichuan paint shop' } },
  { site: 'qichuan-expansion', owner: 'qichuan', name: { zh: '启川扩建工地', en: 'Qichuan expansion site' } },
] as const;
export type SiteName = (typeof SITES)[number]['site'];

export const GATES: readonly { readonly key: string; readonly site: SiteName; readonly label: Named }[] = [
  { key: 'terminal-east', site: 'hengyuan-terminal', label: { zh: '码头东门', en: 'Terminal east gate' } },
  { key: 'terminal-west', site: 'hengyuan-terminal', label: { zh: '码头西门', en: 'Terminal west gate' } },
  { key: 'hazchem', site: 'hengyuan-hazchem', label: { zh: '危化库区门', en: 'Hazchem gate' } },
  { key: 'paint', site: 'qichuan-paint', label: { zh: '涂装车间门', en: 'Paint shop gate' } },
  { key: 'expansion', site: 'qichuan-expansion', label: { zh: '扩建工地门', en: 'Expansion site gate' } },
];

/** Which company is admitted where. */
export const ADMISSIONS: readonly { readonly site: SiteName; readonly companies: readonly CompanyName[] }[] = [
  { site: 'hengyuan-terminal', companies: ['anlan', 'xingu'] },
  { site: 'hengyuan-hazchem', companies: ['anlan', 'dinggu', 'ruihan', 'lanjie'] },
  { site: 'qichuan-paint', companies: ['anlan', 'ruihan', 'lanjie'] },
  { site: 'qichuan-expansion', companies: ['dinggu', 'yunfan'] },
];

/** A company's paper: from so many days before the first start to so many days after it (0 ends tonight). */
export interface PaperPlan {
  readonly company: CompanyName;
  readonly type: CredentialTypeCode;
  readonly fromDays: number;
  readonly toDays: number;
  readonly authority:
    | 'insurer'
    | 'emergency_management'
    | 'housing_construction'
    | 'transport'
    | 'certification_body'
    | 'human_resources'
    | 'site_owner';
  readonly authorityName: string;
  readonly coverPerPersonYuan?: number;
}

const insurance = (company: CompanyName, coverPerPersonYuan: number, toDays: number): PaperPlan => ({
  company,
  type: 'liability_insurance',
  fromDays: -300,
  toDays,
  authority: 'insurer',
  authorityName: '同舟财产保险（91990404MAAA00098G）',
  coverPerPersonYuan,
});

const paper = (
  company: CompanyName,
  type: CredentialTypeCode,
  fromDays: number,
  toDays: number,
  authority: PaperPlan['authority'],
  authorityName: string,
): PaperPlan => ({ company, type, fromDays, toDays, authority, authorityName });

const agreement = (company: CompanyName): PaperPlan =>
  paper(company, 'safety_agreement', -120, 245, 'site_owner', '站点所有者');

/** Papers of companies; 蓝界's insurance ends tonight at 24:00. */
export const PAPERS: readonly PaperPlan[] = [
  insurance('hengyuan', 1_500_000, 200),
  insurance('qichuan', 1_500_000, 210),
  insurance('zhengheng', 1_000_000, 220),
  insurance('dinggu', 1_000_000, 65),
  insurance('anlan', 1_200_000, 128),
  insurance('yunfan', 1_000_000, 90),
  insurance('ruihan', 1_000_000, 75),
  insurance('lanjie', 1_000_000, 0),
  insurance('xingu', 900_000, 150),
  paper('hengyuan', 'port_operation_licence', -500, 595, 'transport', '港口行政管理部门'),
  paper('hengyuan', 'port_dangerous_goods_annex', -500, 595, 'transport', '港口行政管理部门'),
  paper('dinggu', 'construction_qualification', -700, 1126, 'housing_construction', '住房和城乡建设部门'),
  paper('dinggu', 'work_safety_licence', -400, 696, 'housing_construction', '住房和城乡建设部门'),
  paper('dinggu', 'work_injury_insurance', -15, 40, 'human_resources', '社会保险经办机构'),
  paper('yunfan', 'work_safety_licence', -200, 896, 'housing_construction', '住房和城乡建设部门'),
  paper('yunfan', 'construction_qualification', -650, 1176, 'housing_construction', '住房和城乡建设部门'),
  paper('yunfan', 'work_injury_insurance', -15, 40, 'human_resources', '社会保险经办机构'),
  paper('anlan', 'iso_45001', -250, 845, 'certification_body', '认证机构'),
  paper('xingu', 'construction_qualification', -90, 1736, 'housing_construction', '住房和城乡建设部门'),
  paper('xingu', 'work_safety_licence', -90, 1006, 'housing_construction', '住房和城乡建设部门'),
  ...(['dinggu', 'anlan', 'yunfan', 'ruihan', 'lanjie', 'xingu'] as const).map(agreement),
];
