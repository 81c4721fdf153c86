import { CREDIT_POLICY_1, instantMs } from '@anlian/contracts';
import { expect, it } from 'vitest';
import { violationFact } from '../../testing/facts.ts';
import { violationState } from './violationState.ts';

const acknowledged = violationFact(1, '2026-03-10T06:30:00.000Z');
const notified = { ...acknowledged, acknowledgedAt: null };
const appeal = { ground: 'facts_wrong', commitment: 'c', at: '2026-03-12T00:00:00.000Z', by: null };
const pending = { ...notified, appeals: [{ ...appeal, endedAt: null, outcome: null }] };
const upheld = {
  ...notified,
  appeals: [{ ...appeal, endedAt: '2026-03-20T00:00:00.000Z', outcome: 'upheld' as const }],
};

it.each([
  [
    'acknowledged before it occurred',
    { ...acknowledged, acknowledgedAt: '2026-03-01T00:00:00.000Z' },
    '2026-03-10T06:29:59.999Z',
    'notified',
  ],
  ['acknowledged', acknowledged, '2026-03-10T06:30:00.000Z', 'counted'],
  ['unanswered', notified, '2026-03-17T06:29:59.999Z', 'notified'],
  ['unanswered for seven days', notified, '2026-03-17T06:30:00.000Z', 'counted'],
  ['imported', { ...notified, imported: true }, '2026-03-10T06:30:00.000Z', 'counted'],
  ['under appeal for longer than seven days', pending, '2026-06-01T00:00:00.000Z', 'held'],
  ['under appeal when it drops off', pending, '2027-09-10T06:30:00.000Z', 'dropped'],
  ['of an appeal before it is upheld', upheld, '2026-03-19T23:59:59.999Z', 'held'],
  ['of an upheld appeal', upheld, '2026-03-20T00:00:00.000Z', 'void'],
  ['of an upheld appeal, eighteen months later', upheld, '2027-09-10T06:30:00.000Z', 'void'],
] as const)('a violation %s is in its state', (_, violation, instant, state) => {
  expect(violationState(violation, CREDIT_POLICY_1, instantMs(instant))).toBe(state);
});
