import { type DecisionInputs, GATE_REASON_CODES, GATE_REASONS, type GateReason } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { companyFacts, inputs, NOW, paper, shown, workerFacts } from '../fixture.ts';
import {
  agreement,
  badge,
  brief,
  clockIs,
  graceful,
  insurance,
  refused,
  welding,
  withDocuments,
  withPapers,
  yesterday,
} from './cases.fixture.ts';
import { decide } from './decide.ts';
import { explain } from './explain.ts';

type Row = readonly [reason: GateReason, outcome: 'allow' | 'hold' | 'deny', wayOut: string, DecisionInputs];

/** Reason, what becomes of entry, what becomes of leaving (the reason given and its outcome), and the one thing that is wrong. */
const TABLE: readonly Row[] = [
  ['presentation_unreadable', 'deny', 'presentation_unreadable deny', refused('presentation_unreadable')],
  ['presentation_forged', 'deny', 'presentation_forged deny', refused('presentation_forged')],
  ['key_unknown', 'deny', 'key_unknown deny', refused('key_unknown')],
  ['key_unknown', 'deny', 'key_unknown deny', inputs({ worker: workerFacts({ issuer: 'qichuan' }) })],
  ['holder_mismatch', 'deny', 'holder_mismatch deny', refused('holder_mismatch')],
  [
    'holder_mismatch',
    'deny',
    'holder_mismatch deny',
    inputs({ worker: workerFacts({ holderKey: `${'B'.repeat(42)}A` }) }),
  ],
  ['holder_mismatch', 'deny', 'holder_mismatch deny', inputs({ worker: workerFacts({ holderKey: null }) })],
  [
    'presentation_stale',
    'deny',
    'presentation_stale deny',
    inputs({ presentation: shown({ presentedAt: '2026-11-21T23:58:59.000Z' }) }),
  ],
  [
    'clock_ahead',
    'deny',
    'clock_ahead deny',
    inputs({ presentation: shown({ presentedAt: '2026-11-22T00:00:31.000Z' }) }),
  ],
  ['replayed', 'deny', 'replayed deny', inputs({ presentation: shown({ seenBefore: true }) })],
  ['pass_expired', 'deny', 'expired_inside allow', inputs({ presentation: shown({ expiresAt: NOW }) })],
  [
    'pass_not_yet_valid',
    'deny',
    'pass_not_yet_valid allow',
    inputs({ presentation: shown({ issuedAt: '2026-11-22T00:00:31.000Z' }) }),
  ],
  ['printed_badge', 'hold', 'printed_badge hold', inputs({ presentation: badge() })],

  ['not_enrolled', 'deny', 'not_enrolled hold', inputs({ worker: null })],
  ['person_suspended', 'deny', 'person_suspended allow', inputs({ worker: workerFacts({ suspendedSince: NOW }) })],
  ['person_points', 'deny', 'person_points allow', inputs({ worker: workerFacts({ points: 12 }) })],
  [
    'employer_mismatch',
    'deny',
    'employer_mismatch allow',
    inputs({ worker: workerFacts({ employer: '91990303MAAA00055F' }) }),
  ],
  [
    'employer_mismatch',
    'deny',
    'employer_mismatch allow',
    inputs({ code: { company: '91990303MAAA00055F', expiresAt: '2026-12-01T00:00:00.000Z', revoked: false } }),
  ],
  [
    'not_authorised_yet',
    'deny',
    'not_authorised_yet allow',
    inputs({ worker: workerFacts({ authorisedFrom: '2026-11-22T00:00:00.001Z' }) }),
  ],
  ['authorisation_ended', 'deny', 'expired_inside allow', inputs({ worker: workerFacts({ authorisedTo: NOW }) })],
  [
    'work_class_not_authorised',
    'deny',
    'work_class_not_authorised allow',
    inputs({ worker: workerFacts({ workClasses: ['general'] }) }),
  ],
  ['certificate_missing', 'deny', 'certificate_missing allow', withPapers()],
  ['certificate_missing', 'deny', 'certificate_missing allow', withPapers(paper('construction_special_work'))],
  ['certificate_expired', 'deny', 'expired_inside allow', withPapers(welding({ validTo: yesterday }))],
  [
    'certificate_not_yet_valid',
    'deny',
    'certificate_not_yet_valid allow',
    withPapers(welding({ validFrom: '2026-11-23' })),
  ],
  ['certificate_review_overdue', 'deny', 'expired_inside allow', withPapers(welding({ reviewBy: yesterday }))],
  ['certificate_recheck_due', 'hold', 'expired_inside allow', withPapers(welding({ recheckBy: yesterday }))],
  ['certificate_suspended', 'deny', 'certificate_suspended allow', withPapers(welding({ standing: 'suspended' }))],
  ['certificate_revoked', 'deny', 'certificate_revoked allow', withPapers(welding({ standing: 'revoked' }))],
  [
    'renewal_in_register_lag',
    'allow',
    'renewal_in_register_lag allow',
    withPapers(welding({ reviewBy: yesterday }), welding({ validFrom: '2026-11-23' })),
  ],
  [
    'training_missing',
    'deny',
    'training_missing allow',
    inputs({ worker: workerFacts({ training: [{ course: 'fire_watch', validTo: '2027-01-01' }] }) }),
  ],
  [
    'training_expired',
    'deny',
    'expired_inside allow',
    inputs({ worker: workerFacts({ training: [{ course: 'site_induction', validTo: yesterday }] }) }),
  ],
  ['over_age', 'deny', 'over_age allow', inputs({ worker: workerFacts({ turns: [{ years: 56, on: '2026-11-22' }] }) })],

  ['company_unknown', 'deny', 'company_unknown allow', inputs({ company: null })],
  ['company_suspended', 'deny', 'company_suspended allow', inputs({ company: companyFacts({ suspendedSince: NOW }) })],
  [
    'company_blocklisted',
    'deny',
    'company_blocklisted allow',
    inputs({ company: companyFacts({ blocklistedUntil: '2027-11-22T00:00:00.000Z' }) }),
  ],
  [
    'company_not_admitted',
    'deny',
    'company_not_admitted allow',
    inputs({ company: companyFacts({ admission: null }) }),
  ],
  [
    'company_not_admitted',
    'deny',
    'company_not_admitted allow',
    inputs({ company: companyFacts({ admission: { from: '2026-10-01T00:00:00.000Z', releasedAt: NOW } }) }),
  ],
  [
    'company_not_admitted',
    'deny',
    'company_not_admitted allow',
    inputs({ company: companyFacts({ admission: { from: '2026-11-22T00:00:00.001Z', releasedAt: null } }) }),
  ],
  [
    'company_band',
    'deny',
    'company_band allow',
    inputs({ company: companyFacts({ scores: [{ from: NOW, score: 59, band: 'red' }] }) }),
  ],
  ['company_document_missing', 'deny', 'company_document_missing allow', withDocuments(insurance())],
  ['company_document_missing', 'deny', 'company_document_missing allow', withDocuments(agreement())],
  [
    'company_document_expired',
    'deny',
    'expired_inside allow',
    withDocuments(insurance(), agreement({ validTo: yesterday })),
  ],
  [
    'company_document_suspended',
    'deny',
    'company_document_suspended allow',
    withDocuments(insurance(), agreement({ standing: 'suspended' })),
  ],
  [
    'company_document_revoked',
    'deny',
    'company_document_revoked allow',
    withDocuments(insurance(), agreement({ standing: 'revoked' })),
  ],
  ['insurance_expired', 'deny', 'expired_inside allow', withDocuments(agreement(), insurance({ validTo: yesterday }))],
  [
    'insurance_cover_low',
    'deny',
    'insurance_cover_low allow',
    withDocuments(agreement(), insurance({ coverPerPersonYuan: 799_999 })),
  ],
  [
    'code_expired',
    'allow',
    'code_expired allow',
    inputs({ code: { company: '91990101MAAA00039J', expiresAt: NOW, revoked: false } }),
  ],
  [
    'code_revoked',
    'deny',
    'code_revoked allow',
    inputs({ code: { company: '91990101MAAA00039J', expiresAt: '2026-12-01T00:00:00.000Z', revoked: true } }),
  ],

  [
    'gate_unsynced',
    'hold',
    'gate_unsynced hold',
    { ...refused('key_unknown'), pack: null, policy: null, personOffSiteAt: null },
  ],
  [
    'pack_stale',
    'hold',
    'pack_stale allow',
    inputs({ pack: { madeAt: '2026-11-21T19:59:00.000Z', height: 41, rows: 'A'.repeat(43) } }),
  ],
  ['clock_rolled_back', 'hold', 'clock_rolled_back allow', clockIs('rolled_back')],
  ['clock_unconfirmed', 'hold', 'clock_unconfirmed allow', clockIs('unconfirmed')],

  ['in_grace', 'allow', 'in_grace allow', { ...withPapers(welding({ validTo: yesterday })), policy: graceful() }],
  [
    'expired_inside',
    'allow',
    'expired_inside allow',
    { ...withPapers(welding({ validTo: yesterday })), direction: 'out' },
  ],
];

/** Given by a supervisor, by an emergency or by the passing of time, never by a decision. */
const NOT_DECIDED: readonly GateReason[] = ['emergency', 'released', 'refused_by_supervisor', 'timed_out'];

describe('a decision', () => {
  it('is a plain pass when everything is in order, in and out', () => {
    expect(decide(inputs())).toEqual({ outcome: 'allow', reasons: [], hold: null });
    expect(decide(inputs({ direction: 'out' }))).toEqual({ outcome: 'allow', reasons: [], hold: null });
  });

  it.each(TABLE)('%s alone on entry: %s', (code, outcome, _wayOut, facts) => {
    expect(brief(facts)).toBe(`${code} ${outcome}`);
  });

  it.each(TABLE)('%s (%s on entry) on the way out: %s', (_code, _outcome, wayOut, facts) => {
    expect(brief({ ...facts, direction: 'out' })).toBe(wayOut);
  });

  it('knows every reason of the catalogue', () => {
    expect(new Set([...TABLE.map(([code]) => code), ...NOT_DECIDED])).toEqual(new Set(GATE_REASON_CODES));
  });

  it('gives every reason at once, the most serious first, and the instruction of that one', () => {
    const facts = inputs({
      presentation: badge(),
      worker: workerFacts({ papers: [welding({ reviewBy: yesterday })], points: 12 }),
      code: { company: '91990101MAAA00039J', expiresAt: NOW, revoked: false },
    });
    const decision = decide(facts);
    expect(decision.reasons.map(({ code }) => code)).toEqual([
      'person_points',
      'certificate_review_overdue',
      'printed_badge',
      'code_expired',
    ]);
    expect(explain(decision)).toMatchObject({
      outcome: { zh: '禁止', en: 'No entry' },
      instruction: GATE_REASONS.person_points.instruction,
    });
  });

  it('is the same again for whoever has the inputs, and leaves them alone', () => {
    const facts = structuredClone(inputs({ worker: null, company: null }));
    const copy = structuredClone(facts);
    expect(decide(JSON.parse(JSON.stringify(facts)))).toEqual(decide(facts));
    expect(facts).toEqual(copy);
  });
});
