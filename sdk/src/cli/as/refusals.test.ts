import { AnlianError, OPERATIONS } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { operationLines } from './help.ts';
import { inputOf } from './input.ts';
import { withOffices } from './roles.ts';
import { withSites } from './sites.ts';
import { withState } from './states.ts';

describe('a refusal for want of a role', () => {
  it.each([
    ['needs safety_manager', '可以办理的职务：safety-manager（安全管理员）', 'Offices that may: safety-manager'],
    [
      'credit:revoke_code needs assessor or safety_manager',
      '可以办理的职务：safety-manager（安全管理员）、assessor（评价核验员）',
      'Offices that may: safety-manager, assessor',
    ],
    ['needs gate', '由设备或其他成员的节点调用，不由人办理', 'Machines call it, and no office may'],
    [
      'for people of hengyuan itself',
      '只限该成员自己的人员，它托管的公司不能办理',
      'For people of the member itself, not of a company that it hosts',
    ],
    ['something else', 'something else', 'something else'],
  ])('%s names the offices that may', (detail, zh, en) => {
    const error = new AnlianError('forbidden', { detail });
    expect([withOffices(error, 'zh').detail, withOffices(error, 'en').detail]).toEqual([zh, en]);
  });

  it('is foreseen by the help of an operation that is one command of the ledger', () => {
    expect(operationLines('admitCompany', 'x', 'en')).toContain('  Offices that may: safety-manager');
    expect(operationLines('acknowledgeViolation', 'x', 'zh')).toContain('  可以办理的职务：clerk（承包商资料员）');
  });
});

describe('a state that does not allow an act', () => {
  it.each([
    ['acknowledgeViolation', 'acknowledge is not possible: it is counted', '已计分 (counted)', 'Counted (counted)'],
    ['revokeCredential', 'revoke is not possible: the credential is revoked', '已撤销 (revoked)', 'Revoked (revoked)'],
  ] as const)('%s names it in the reader’s language, and those that do', (name, detail, zh, en) => {
    const error = new AnlianError('invalid_transition', { detail });
    expect(withState(error, name, 'zh').detail).toMatch(`当前状态：${zh}；此操作要求：`);
    expect(withState(error, name, 'en').detail).toMatch(`The state is ${en}; this is for `);
  });

  it.each(['acknowledge is not possible: it is toString', 'the code is revoked', ''])(
    'leaves %j as it is',
    (detail) => {
      const error = new AnlianError('invalid_transition', { detail });
      expect(withState(error, 'acknowledgeViolation', 'zh')).toBe(error);
    },
  );
});

describe('a site that the node does not know', () => {
  const sites = async () => ['hengyuan-terminal', 'hazmat-yard'];
  const input = (site: string) =>
    inputOf(OPERATIONS.admitCompany, new Map([['site', site]]), undefined, Date.parse('2026-11-22T00:00:00.000Z'));

  it.each([
    ['hengyuan-termnal', '--site hengyuan-termnal', '是不是 hengyuan-terminal？', 'did you mean hengyuan-terminal?'],
    ['elsewhere', '--site elsewhere', '有：hengyuan-terminal、hazmat-yard', 'there are hengyuan-terminal, hazmat-yard'],
  ])('%s is told with the one that was meant', async (typed, field, zh, en) => {
    const error = new AnlianError('unknown_site');
    expect(await withSites(error, input(typed), sites, 'zh')).toMatchObject({
      code: 'unknown_site',
      field,
      detail: zh,
    });
    expect(await withSites(error, input(typed), sites, 'en')).toMatchObject({ field, detail: en });
  });

  it('is left as it is when the site is there, when the list is refused, and for another error', async () => {
    const refused = () => Promise.reject(new AnlianError('forbidden'));
    const error = new AnlianError('not_found');
    expect(await withSites(error, input('hazmat-yard'), sites, 'zh')).toBe(error);
    expect(await withSites(error, input('hazmat-yrad'), refused, 'zh')).toBe(error);
    const other = new AnlianError('not_admitted');
    expect(await withSites(other, input('hazmat-yrad'), sites, 'zh')).toBe(other);
  });
});
