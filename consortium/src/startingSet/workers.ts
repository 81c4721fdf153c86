import { addDays, addMonths, type CredentialTypeCode, nationalIdCheck, type WorkClass } from '@anlian/contracts';
import type { CompanyName, SiteName } from './companies.ts';

export interface WorkerPaper {
  readonly type: CredentialTypeCode;
  readonly number: string;
  readonly authority: 'emergency_management' | 'market_regulation' | 'housing_construction' | 'health_institution';
  readonly validFrom: string;
  readonly validTo: string;
  readonly reviewBy?: string;
}

/** A fictional worker. Numbers begin with 99, phones are 1000000xxxx: they belong to nobody. */
export interface WorkerPlan {
  readonly key: string;
  readonly employer: CompanyName;
  readonly name: string;
  readonly idDocument: { readonly type: 'national_id' | 'passport'; readonly number: string };
  readonly birthDate: string;
  /** None for the one worker without a telephone. */
  readonly phone?: string;
  readonly trade: string;
  readonly papers: readonly WorkerPaper[];
  readonly sites: readonly SiteName[];
  readonly workClasses: readonly WorkClass[];
  readonly watchTrained: boolean;
}

interface Trade {
  readonly trade: string;
  readonly workClasses: readonly WorkClass[];
  readonly papers: readonly CredentialTypeCode[];
}

const TRADES = {
  crane: { trade: '起重机司机', workClasses: ['lifting'], papers: ['special_equipment_q2'] },
  signaller: { trade: '起重机指挥', workClasses: ['lifting'], papers: ['special_equipment_q1'] },
  forklift: { trade: '叉车司机', workClasses: ['forklift'], papers: ['special_equipment_n1'] },
  welder: { trade: '焊工', workClasses: ['hot_work'], papers: ['special_work_welding', 'occupational_health_check'] },
  electrician: { trade: '电工', workClasses: ['electrical'], papers: ['special_work_lv_electric'] },
  scaffolder: {
    trade: '架子工',
    workClasses: ['height'],
    papers: ['special_work_height', 'construction_special_work'],
  },
  cleaner: { trade: '储罐清洗工', workClasses: ['confined_space'], papers: ['occupational_health_check'] },
  general: { trade: '普工', workClasses: ['general'], papers: [] },
} as const satisfies Record<string, Trade>;
type TradeName = keyof typeof TRADES;

interface Crew {
  readonly employer: CompanyName;
  readonly sites: readonly SiteName[];
  readonly trades: readonly TradeName[];
}

const times = (trade: TradeName, count: number): TradeName[] => Array.from({ length: count }, () => trade);

/** 64 workers of six companies. */
const CREWS: readonly Crew[] = [
  {
    employer: 'anlan',
    sites: ['hengyuan-terminal', 'qichuan-paint'],
    trades: [...times('crane', 6), ...times('signaller', 4), ...times('forklift', 4)],
  },
  {
    employer: 'dinggu',
    sites: ['qichuan-expansion'],
    trades: [...times('scaffolder', 6), ...times('electrician', 4), ...times('welder', 4), ...times('general', 2)],
  },
  { employer: 'yunfan', sites: ['qichuan-expansion'], trades: [...times('general', 9), ...times('scaffolder', 5)] },
  {
    employer: 'ruihan',
    sites: ['qichuan-paint', 'hengyuan-hazchem'],
    trades: [...times('welder', 7), ...times('electrician', 2)],
  },
  { employer: 'lanjie', sites: ['qichuan-paint', 'hengyuan-hazchem'], trades: times('cleaner', 6) },
  { employer: 'xingu', sites: ['hengyuan-terminal'], trades: [...times('general', 3), ...times('electrician', 2)] },
];

const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜'];
const GIVEN = [
  '海生',
  '建国',
  '志强',
  '文博',
  '秀兰',
  '永康',
  '立新',
  '国栋',
  '春梅',
  '大鹏',
  '明远',
  '桂英',
  '学军',
  '少华',
  '晓东',
  '玉成',
];

/** Cases that software for Chinese sites must get right, by the worker's place in the list. */
const SPECIAL: Readonly<Record<number, (plain: WorkerPlan, today: string) => WorkerPlan>> = {
  // A licence that ends in six days.
  0: (plain, today) => ({
    ...plain,
    papers: plain.papers.map((paper) =>
      paper.type === 'special_equipment_q2' ? { ...paper, validTo: addDays(today, 6) } : paper,
    ),
  }),
  // A name with the dot of a foreign name.
  5: (plain) => ({ ...plain, name: '买买提·吐尔逊' }),
  // Two of one name at one site.
  10: (plain) => ({ ...plain, name: '李建国' }),
  11: (plain) => ({ ...plain, name: '李建国' }),
  // No telephone at all: a printed badge.
  13: ({ phone: _none, ...plain }) => plain,
  // A character outside the basic plane.
  20: (plain) => ({ ...plain, name: '𠮷田勇' }),
  // A passport in place of a national id.
  24: (plain) => ({ ...plain, name: 'NGUYEN VAN AN', idDocument: { type: 'passport', number: 'N99000024' } }),
  // Valid for six years, but the review after three was missed yesterday.
  45: (plain, today) => ({
    ...plain,
    papers: plain.papers.map((paper) => (paper.reviewBy ? reviewMissed(paper, addDays(today, -1)) : paper)),
  }),
};

const reviewMissed = (paper: WorkerPaper, reviewBy: string): WorkerPaper => {
  const validFrom = addMonths(reviewBy, -36);
  return { ...paper, validFrom, validTo: addDays(addMonths(validFrom, 72), -1), reviewBy };
};

/** A welder of 56: over the limit of one site, under that of the other. */
const BIRTH_YEARS_AGO: Readonly<Record<number, number>> = { 46: 56 };

const yearsAgo = (today: string, years: number): string => addMonths(today, -12 * years);

const nationalId = (at: number, birthDate: string): string => {
  const seventeen = `990101${birthDate.replaceAll('-', '')}${String(100 + at)}`;
  return `${seventeen}${nationalIdCheck(seventeen)}`;
};

const AUTHORITY = (type: CredentialTypeCode): WorkerPaper['authority'] =>
  type.startsWith('special_work')
    ? 'emergency_management'
    : type.startsWith('special_equipment')
      ? 'market_regulation'
      : type === 'occupational_health_check'
        ? 'health_institution'
        : 'housing_construction';

const VALID_MONTHS: Partial<Record<CredentialTypeCode, number>> = {
  occupational_health_check: 12,
  construction_special_work: 24,
};

const paperOf = (type: CredentialTypeCode, at: number, idNumber: string, today: string): WorkerPaper => {
  const specialWork = type.startsWith('special_work');
  const months = VALID_MONTHS[type] ?? (specialWork ? 72 : 48);
  const validFrom = addMonths(today, -Math.max(1, Math.min(months - 4, 6 + (at % 20))));
  return {
    type,
    // A 特种作业操作证 is numbered T and the identity number.
    number: specialWork ? `T${idNumber}` : `99${type.length}${String(10_000 + at)}`,
    authority: AUTHORITY(type),
    validFrom,
    validTo: addDays(addMonths(validFrom, months), -1),
    ...(specialWork ? { reviewBy: addMonths(validFrom, 36) } : {}),
  };
};

const plainWorker = (crew: Crew, trade: TradeName, at: number, today: string): WorkerPlan => {
  const birthDate = addDays(yearsAgo(today, BIRTH_YEARS_AGO[at] ?? 24 + ((at * 7) % 28)), -((at * 13) % 300) - 1);
  const idNumber = nationalId(at, birthDate);
  return {
    key: `worker-${String(at + 1).padStart(2, '0')}`,
    employer: crew.employer,
    name: `${SURNAMES[at % SURNAMES.length]}${GIVEN[(at * 5) % GIVEN.length]}`,
    idDocument: { type: 'national_id', number: idNumber },
    birthDate,
    phone: `1000000${String(1000 + at)}`,
    trade: TRADES[trade].trade,
    papers: TRADES[trade].papers.map((type) => paperOf(type, at, idNumber, today)),
    sites: crew.sites,
    workClasses: TRADES[trade].workClasses,
    watchTrained: trade === 'welder',
  };
};

/** The 64 workers, with dates relative to the day of the first start. */
export const planWorkers = (today: string): WorkerPlan[] =>
  CREWS.flatMap((crew) => crew.trades.map((trade) => ({ crew, trade }))).map(({ crew, trade }, at) => {
    const plain = plainWorker(crew, trade, at, today);
    return SPECIAL[at]?.(plain, today) ?? plain;
  });
