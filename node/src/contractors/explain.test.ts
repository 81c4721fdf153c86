import { CLAUSE_TEXTS, CREDIT_POLICY_1, type Deduction } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { clauseText, explainDeduction, type Names } from './explain.ts';

const names: Names = {
  site: (site) => ({ zh: `${site}站`, en: site }),
  member: (member) => ({ zh: `${member}公司`, en: member }),
};
const deduction = (rest: Partial<Deduction>): Deduction => ({
  kind: 'violation',
  fact: 'vio_1',
  version: 1,
  code: 'no_helmet',
  points: 1,
  site: 'berth',
  recordedBy: 'port',
  dropsOffAt: '2027-03-31T16:00:00.000Z',
  ...rest,
});

describe('a deduction in words', () => {
  it.each<[string, Deduction, string, string]>([
    [
      'a violation with its recorder, site and end',
      deduction({}),
      '未戴安全帽；扣 1 分；记录方：port公司；站点：berth站；2027年3月31日24:00 起不再计分。',
      'No helmet; costs 1; recorded by port; site: berth; drops off at 2027-03-31 24:00 (UTC+8).',
    ],
    [
      'an imported violation',
      deduction({ recordedBy: null }),
      '未戴安全帽；扣 1 分；由表决导入；站点：berth站；2027年3月31日24:00 起不再计分。',
      'No helmet; costs 1; imported by vote; site: berth; drops off at 2027-03-31 24:00 (UTC+8).',
    ],
    [
      'a veto',
      deduction({ kind: 'veto', code: 'forged_certificate', points: 100 }),
      '伪造证件；一票否决，记 0 分；记录方：port公司；站点：berth站；2027年3月31日24:00 起不再计分。',
      'Forged certificate; veto: the score is 0; recorded by port; site: berth; drops off at 2027-03-31 24:00 (UTC+8).',
    ],
    [
      'insurance that the company never had',
      deduction({
        kind: 'insurance_missing',
        fact: null,
        version: null,
        code: 'liability_insurance',
        points: 20,
        site: null,
        recordedBy: null,
        dropsOffAt: null,
      }),
      '安全生产责任保险：缺少强制保险；扣 20 分；补齐有效证件后恢复。',
      'Work safety liability insurance: compulsory insurance missing; costs 20; comes back with a valid paper.',
    ],
    [
      'an evaluation',
      deduction({ kind: 'evaluation', fact: 'evl_1', code: 'C', points: 5, site: null }),
      '履约评价 C；扣 5 分；记录方：port公司；2027年3月31日24:00 起不再计分。',
      'Evaluation C; costs 5; recorded by port; drops off at 2027-03-31 24:00 (UTC+8).',
    ],
  ])('is readable for %s', (_, given, zh, en) => {
    expect(explainDeduction(given, names)).toEqual({ zh, en });
  });

  it('has words for every clause of the first policy, and the code itself for one of a later policy', () => {
    expect(Object.keys(CREDIT_POLICY_1.clauses).sort()).toEqual(Object.keys(CLAUSE_TEXTS).sort());
    expect(clauseText('constructor')).toEqual({ zh: 'constructor', en: 'constructor' });
  });
});
