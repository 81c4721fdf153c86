import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type PaperFacts, type Requirement, WORK_CLASS_CODES, WORK_CLASSES } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { at, companyFacts, inputs, NOW, paper, requirement, shown, sitePolicy, workerFacts } from '../fixture.ts';
import {
  agreement,
  badge,
  brief,
  clockIs,
  insurance,
  welding,
  withDocuments,
  withPapers,
  yesterday,
} from './cases.fixture.ts';
import { decide } from './decide.ts';
import { defaultWorkClass } from './workClass.ts';

describe('certificates', () => {
  it('a six-year card whose review was due yesterday is denied', () => {
    const card = welding({ validFrom: '2023-11-22', validTo: '2029-11-21', reviewBy: yesterday });
    expect(decide(withPapers(card))).toMatchObject({
      outcome: 'deny',
      reasons: [
        { code: 'certificate_review_overdue', requirement: 'welding', detail: 'special_work_welding 2026-11-21' },
      ],
    });
  });

  it('of several papers one good one suffices', () => {
    expect(
      decide(withPapers(welding({ standing: 'revoked' }), welding({ validTo: yesterday }), welding())).outcome,
    ).toBe('allow');
  });

  it('of several bad ones the nearest to good is named', () => {
    expect(
      brief(
        withPapers(
          welding({ standing: 'revoked' }),
          welding({ validTo: '2020-01-01' }),
          welding({ reviewBy: yesterday }),
        ),
      ),
    ).toBe('certificate_review_overdue deny');
  });

  const renewal = welding({ validFrom: '2026-11-23' });
  it.each([
    [
      'three days after the review was due',
      welding({ reviewBy: '2026-11-18' }),
      renewal,
      'certificate_review_overdue deny',
    ],
    ['within three days', welding({ reviewBy: '2026-11-19' }), renewal, 'renewal_in_register_lag allow'],
    [
      'when the renewal waits for its recheck',
      welding({ validTo: yesterday }),
      welding({ validFrom: '2026-11-20', recheckBy: yesterday }),
      'renewal_in_register_lag allow',
    ],
    [
      'when the renewal is suspended',
      welding({ validTo: yesterday }),
      welding({ validFrom: '2026-11-20', standing: 'suspended' }),
      'certificate_expired deny',
    ],
    [
      'when the renewal is of another type',
      welding({ validTo: yesterday }),
      paper('special_work_height', { validFrom: '2026-11-23' }),
      'certificate_expired deny',
    ],
    [
      'when the other paper is older',
      welding({ validTo: yesterday }),
      welding({ validFrom: '2020-01-01', recheckBy: '2020-06-01' }),
      'certificate_expired deny',
    ],
  ])('the register’s lag %s', (_when, old, newer, expected) => {
    expect(brief(withPapers(old, newer))).toBe(expected);
  });

  it('a type whose register does not lag has no such excuse', () => {
    const crane = (changes: Partial<PaperFacts>) => paper('special_equipment_q2', changes);
    const policy = sitePolicy({
      requirements: [requirement('crane', { need: 'worker_certificate', types: ['special_equipment_q2'] })],
    });
    const facts = withPapers(crane({ validTo: yesterday }), crane({ validFrom: '2026-11-23' }));
    expect(brief({ ...facts, policy })).toBe('certificate_expired deny');
  });
});

describe('a paper that a renewal has taken the place of', () => {
  const today = '2026-11-22';
  const old = welding({ supersededFrom: today });
  it.each([
    ['decides to the day before', [welding({ supersededFrom: '2026-11-23' })], ' allow'],
    [
      'no longer counts beside a renewal that is suspended',
      [old, welding({ standing: 'suspended' })],
      'certificate_suspended deny',
    ],
    [
      'no longer counts beside a renewal that has lapsed',
      [old, welding({ validTo: yesterday })],
      'certificate_expired deny',
    ],
    ['no longer counts alone', [old], 'certificate_missing deny'],
    ['is nothing beside a good renewal', [old, welding({ validFrom: today })], ' allow'],
    [
      'still begins the register’s lag',
      [
        welding({ validTo: yesterday, supersededFrom: '2026-11-20' }),
        welding({ validFrom: '2026-11-20', recheckBy: yesterday }),
      ],
      'renewal_in_register_lag allow',
    ],
  ])('%s', (_what, papers, expected) => {
    expect(brief(withPapers(...papers))).toBe(expected);
  });

  it('covers nobody: the renewed policy’s lower cover decides', () => {
    const policies = [insurance({ supersededFrom: today }), insurance({ coverPerPersonYuan: 600_000 })];
    expect(brief(withDocuments(agreement(), ...policies))).toBe('insurance_cover_low deny');
  });
});

describe('the site’s policy', () => {
  const only = (need: Requirement['need'], changes: Partial<Requirement> = {}) =>
    sitePolicy({ requirements: [requirement('only', need, changes)] });
  const certificate: Requirement['need'] = { need: 'worker_certificate', types: ['special_work_welding'] };

  it.each(['deny', 'hold', 'warn'] as const)('states the effect: %s', (effect) => {
    const decision = decide({ ...withPapers(), policy: only(certificate, { effect }) });
    expect(decision.reasons).toMatchObject([{ code: 'certificate_missing', effect, requirement: 'only' }]);
    expect(decision.outcome).toBe(effect === 'warn' ? 'allow' : effect);
  });

  it('asks nothing for another class of work', () => {
    expect(decide({ ...withPapers(), policy: only(certificate, { workClasses: ['height'] }) }).outcome).toBe('allow');
  });

  it.each([
    ['the last moment of grace', '2026-11-28T15:59:59.999Z', 'in_grace allow'],
    ['the moment after', '2026-11-28T16:00:00.000Z', 'certificate_expired deny'],
  ])('gives days of grace after a lapse: %s', (_when, now, expected) => {
    const worker = workerFacts({ papers: [welding({ validTo: yesterday })] });
    expect(brief(at(now, { worker, policy: only(certificate, { graceDays: 7 }) }))).toBe(expected);
  });

  it('gives no grace for a paper that was never there', () => {
    expect(brief({ ...withPapers(), policy: only(certificate, { graceDays: 365 }) })).toBe('certificate_missing deny');
  });

  it.each([
    ['the day before the 56th birthday', '2026-11-23', 56, 'allow'],
    ['the 56th birthday', '2026-11-22', 56, 'deny'],
    ['told as the 50th birthday, six years ago', '2020-11-22', 50, 'deny'],
    ['told as the 50th birthday, not quite six years ago', '2020-11-23', 50, 'allow'],
  ])('an age of at most 55 on %s', (_when, on, years, outcome) => {
    const facts = inputs({
      worker: workerFacts({ turns: [{ years, on }] }),
      policy: only({ need: 'max_age', years: 55 }),
    });
    expect(decide(facts).outcome).toBe(outcome);
  });

  it('an age that the lists do not tell is held, not guessed', () => {
    const facts = inputs({ worker: workerFacts({ turns: [] }), policy: only({ need: 'max_age', years: 55 }) });
    expect(decide(facts)).toMatchObject({ outcome: 'hold', reasons: [{ code: 'over_age', detail: 'unknown' }] });
  });

  it.each([
    ['before the step', '2026-11-22T15:59:59.999Z', 'allow'],
    ['from the step on', '2026-11-22T16:00:00.000Z', 'deny'],
  ])('knows tonight what the score is tomorrow: %s', (_when, now, outcome) => {
    const scores = [
      { from: '2026-11-22T16:00:00.000Z', score: 65, band: 'amber' as const },
      { from: '2026-01-01T00:00:00.000Z', score: 85, band: 'green' as const },
    ];
    const policy = only({ need: 'company_band', atLeast: 'green' });
    expect(decide(at(now, { company: companyFacts({ scores }), policy })).outcome).toBe(outcome);
  });
});

describe('a presentation', () => {
  it.each([
    ['60 s old', '2026-11-21T23:59:00.000Z', ' allow'],
    ['61 s old', '2026-11-21T23:58:59.000Z', 'presentation_stale deny'],
    ['30 s ahead', '2026-11-22T00:00:30.000Z', ' allow'],
    ['31 s ahead', '2026-11-22T00:00:31.000Z', 'clock_ahead deny'],
    ['4 minutes ahead', '2026-11-22T00:04:00.000Z', 'clock_ahead deny'],
  ])('%s', (_what, presentedAt, expected) => {
    expect(brief(inputs({ presentation: shown({ presentedAt }) }))).toBe(expected);
  });
});

describe('the gate’s own state', () => {
  it.each(WORK_CLASS_CODES)('lists are held for %s once they exceed its limit, to the minute', (workClass) => {
    const { maxPackAgeMinutes } = WORK_CLASSES[workClass];
    const facts = (minutes: number) =>
      inputs({
        workClass,
        worker: workerFacts({ workClasses: [workClass] }),
        pack: { madeAt: new Date(Date.parse(NOW) - minutes * 60_000).toISOString(), height: 1, rows: 'A'.repeat(43) },
      });
    expect(brief(facts(maxPackAgeMinutes))).toBe(' allow');
    expect(brief(facts(maxPackAgeMinutes + 1))).toBe('pack_stale hold');
  });

  it.each(WORK_CLASS_CODES)('a clock in doubt holds %s when it is high-risk, and warns otherwise', (workClass) => {
    const worker = workerFacts({ workClasses: [workClass] });
    const expected = WORK_CLASSES[workClass].highRisk ? 'hold' : 'allow';
    expect(decide({ ...clockIs('rolled_back'), workClass, worker }).outcome).toBe(expected);
    expect(decide({ ...clockIs('unconfirmed'), workClass, worker }).outcome).toBe(expected);
  });

  it('a hold names its owner and its time-out', () => {
    expect(decide(inputs({ presentation: badge() })).hold).toEqual({ owner: 'supervisor', timeoutSeconds: 120 });
    expect(decide(clockIs('rolled_back')).hold).toEqual({ owner: 'administrator', timeoutSeconds: 120 });
    expect(decide({ ...clockIs('rolled_back'), presentation: badge() }).hold?.owner).toBe('supervisor');
  });
});

describe('insurance that ends at 24:00 in Shanghai', () => {
  const child = fileURLToPath(new URL('./midnight.fixture.ts', import.meta.url));
  it.each(['UTC', 'America/Los_Angeles'])('is judged alike under TZ=%s', (TZ) => {
    const printed = execFileSync(process.execPath, [child], { env: { ...process.env, TZ }, encoding: 'utf8' });
    expect(JSON.parse(printed)).toEqual({ TZ, '23:59:59': 'allow', '00:00:00': 'insurance_expired deny' });
  });
});

it.each([
  [['general'], 'general'],
  [['general', 'height'], 'height'],
  [['height', 'hot_work', 'forklift'], 'hot_work'],
  [['visitor', 'forklift'], 'forklift'],
  [[], 'general'],
] as const)('without a class of work named, %j is judged as %s', (authorised, expected) => {
  expect(defaultWorkClass(authorised)).toBe(expected);
});
