import type { ViolationRecord } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { nextOwnerOf, type Onlooker } from './violationView.ts';

const NOW = Date.parse('2026-11-22T08:00:00.000Z');
const open = {
  ground: 'facts_wrong',
  commitment: 'A'.repeat(43),
  at: '2026-11-20T07:59:59.000Z',
  endedAt: null,
  outcome: null,
  by: null,
};
const record: ViolationRecord = {
  version: 2,
  violation: 'vio_1',
  company: 'contractor',
  site: 'tank-farm',
  clause: 'no_helmet',
  occurredAt: '2026-11-18T08:00:00.000Z',
  commitment: 'A'.repeat(43),
  recordedBy: 'hengyuan',
  recordedAt: '2026-11-18T09:00:00.000Z',
  imported: false,
  acknowledgedAt: null,
  appeals: [open],
};
const contractor: Onlooker = { org: 'anlan', company: 'contractor', governor: false };
const recorder: Onlooker = { org: 'hengyuan', company: 'port', governor: true };
const judge: Onlooker = { org: 'zhengheng', company: 'assessor', governor: true };
const bystander: Onlooker = { org: 'dinggu', company: 'builder', governor: false };
const concerned: Onlooker = { org: 'qichuan', company: 'contractor', governor: true };

describe('whose turn it is', () => {
  it.each([
    ['notified', contractor, 'us', 3],
    ['notified', recorder, 'them', 3],
    ['notified', judge, 'them', 3],
    ['held', contractor, 'them', 2],
    ['held', recorder, 'them', 2],
    ['held', judge, 'us', 2],
    ['held', bystander, 'them', 2],
    ['held', concerned, 'them', 2],
    ['counted', contractor, 'nobody', 0],
    ['void', judge, 'nobody', 0],
    ['dropped', recorder, 'nobody', 0],
  ] as const)('%s, seen by %o: %s, %d whole days', (state, by, code, waitingDays) => {
    expect(nextOwnerOf(record, state, by, NOW)).toMatchObject({ code, waitingDays });
  });
});
