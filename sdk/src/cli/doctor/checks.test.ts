import type { NodeInfo, TrustBundle } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { CHECKS, checkLines, checksOf, type Examined, verdictLine } from './checks.ts';
import { FINDINGS } from './findings.ts';

const label = { zh: '内置账本（单一运营方）', en: 'embedded ledger, one operator' };
const node = {
  member: 'hengyuan',
  descriptor: { keys: [{ kid: 'A'.repeat(43) }] },
  ledger: {
    channel: 'anlian-local',
    genesisHash: 'a'.repeat(64),
    height: 100,
    reachable: true,
    waitingCommands: 0,
    label,
  },
  evidence: { size: 9, anchoredSize: 7 },
  version: '0.1.0',
} as unknown as NodeInfo;

const sound: Examined = {
  probed: [
    {
      url: 'http://hengyuan.localhost:7101',
      reached: true,
      readiness: {
        ready: true,
        database: true,
        following: true,
        height: 100,
        notices: [],
        reexecution: { height: 99, passedOver: [] },
      },
      node,
      published: null,
      unpublished: null,
      clockMs: -1_200,
    },
  ],
  trust: { asOf: { height: 90, at: '' } } as unknown as TrustBundle,
  configured: null,
  freeBytes: 3 * 2 ** 30,
  findings: [],
};
const nothing: Examined = { probed: [], trust: null, configured: null, freeBytes: null, findings: [] };

it('every finding belongs to one check', () => {
  expect(
    Object.values(CHECKS)
      .flatMap(({ codes }) => codes)
      .toSorted(),
  ).toEqual(Object.keys(FINDINGS).toSorted());
});

describe('where all is well', () => {
  it('every check is told with what it saw', () => {
    const checks = checksOf(sound);
    expect(checks.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ['nodes', 'ok', '1/1'],
      ['ready', 'ok', '1/1'],
      ['ledger', 'ok', 'anlian-local'],
      ['genesis', 'ok', 'a'.repeat(64)],
      // Only on Fabric can the two differ.
      ['membership', 'unchecked', null],
      ['height', 'ok', '#100'],
      ['reexecution', 'ok', '#99'],
      ['queue', 'ok', '0'],
      ['witnesses', 'ok', '7/9'],
      ['clocks', 'ok', '≤ 2 s'],
      ['versions', 'ok', '0.1.0'],
      ['trust', 'ok', '#90'],
      ['keys', 'ok', '1'],
      ['disk', 'ok', '3.0 GiB'],
    ]);
    expect(verdictLine(checks, 'zh')).toBe('检查 13 项：0 项故障，0 项提示');
    expect(verdictLine(checks, 'en')).toBe('13 checks: 0 with faults, 0 with notices');
  });

  it.each(['zh', 'en'] as const)('in %s alone', (language) => {
    const lines = checkLines(checksOf(sound), language).join('\n');
    expect(/\p{Script=Han}/u.test(lines)).toBe(language === 'zh');
    expect(lines.split('\n')).toHaveLength(Object.keys(CHECKS).length);
  });
});

it('a check that had nothing to look at does not pass', () => {
  expect([...new Set(checksOf(nothing).map(({ state }) => state))]).toEqual(['unchecked']);
  expect(verdictLine(checksOf(nothing), 'en')).toMatch(/^0 checks/);
});

it('a fault is told below its check, with what to do, in one language', () => {
  const finding = { code: 'ledger_unreachable', subject: 'hengyuan', detail: label } as const;
  const checks = checksOf({ ...sound, findings: [finding] });
  expect(checks.find(({ name }) => name === 'ledger')).toMatchObject({ state: 'fault', findings: [finding] });
  expect(checkLines(checks, 'zh')).toEqual(
    expect.arrayContaining([
      '✗ 账本可达 · anlian-local',
      '    ✗ ledger_unreachable  节点连不上账本 · hengyuan · 内置账本（单一运营方）',
      '        检查账本服务是否在运行；命令会排队，不会丢失',
    ]),
  );
  expect(checkLines(checks, 'en').join('\n')).not.toMatch(/\p{Script=Han}/u);
});

it('a notice is no fault', () => {
  const checks = checksOf({ ...sound, findings: [{ code: 'commands_waiting', subject: 'hengyuan', detail: '3' }] });
  expect(checks.find(({ name }) => name === 'queue')?.state).toBe('notice');
  expect(verdictLine(checks, 'en')).toBe('13 checks: 0 with faults, 1 with notices');
});
