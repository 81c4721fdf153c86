import { type CommandArgs, type CredentialRecord, dayOf, instantMs, stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { paperFact } from '../../testing/facts.ts';
import { openLedgerWith, type TestLedger, USCC } from '../../testing/ledger.ts';
import { COMMITMENT, governorOf } from '../../testing/verbs.ts';
import { papersById } from './line.ts';
import { credentialStatus } from './status.ts';

type Facts = CommandArgs<'credential:register'>;
const refused = (code: string, field?: string) => expect.objectContaining({ code, ...(field && { field }) });
const WORKER = { kind: 'worker', commitment: COMMITMENT } as const;

let ledger: TestLedger;
let assessor: ReturnType<typeof governorOf>;
beforeEach(async () => {
  ledger = await openLedgerWith(['zhengheng', 'hengyuan'], ['dinggu', 'anlan']);
  assessor = governorOf(ledger, 'zhengheng');
});

const later = (seconds: number): string => new Date(Date.parse(ledger.now) + seconds * 1000).toISOString();
const act = (verb: 'suspend' | 'unsuspend' | 'revoke', credential: string) =>
  ledger.send('zhengheng', `credential:${verb}`, { credential, reason: 'under_investigation' });

describe('registration', () => {
  const checked = (checkedAt: string): Partial<Facts> => ({ attestation: { method: 'scan', checkedAt } });

  it.each<[string, Facts['type'], () => Partial<Facts>, string, string]>([
    ['a worker’s paper for a company', 'special_work_welding', () => ({}), 'invalid_input', '/args/subject'],
    [
      'a company’s paper for a worker',
      'liability_insurance',
      () => ({ subject: WORKER }),
      'invalid_input',
      '/args/subject',
    ],
    [
      'a company that is no member',
      'liability_insurance',
      () => ({ subject: { kind: 'company', company: USCC.xingu } }),
      'unknown_company',
      '/args/company',
    ],
    [
      'an end before the beginning',
      'liability_insurance',
      () => ({ validTo: '2026-11-21' }),
      'invalid_period',
      '/args/validTo',
    ],
    [
      'a review before the beginning',
      'iso_45001',
      () => ({ reviewBy: '2026-11-21' }),
      'invalid_period',
      '/args/reviewBy',
    ],
    ['a review after the end', 'iso_45001', () => ({ reviewBy: '2027-11-23' }), 'invalid_period', '/args/reviewBy'],
    [
      'a recheck that was due before the check',
      'iso_45001',
      () => ({ attestation: { method: 'scan', checkedAt: ledger.now, recheckBy: '2026-11-21' } }),
      'invalid_period',
      '/args/attestation/recheckBy',
    ],
    ['a check to come', 'iso_45001', () => checked(later(121)), 'in_the_future', '/args/attestation/checkedAt'],
    [
      'a check older than 31 days',
      'iso_45001',
      () => checked(later(-31 * 86_400 - 1)),
      'too_late',
      '/args/attestation/checkedAt',
    ],
    [
      'an unknown predecessor',
      'iso_45001',
      () => ({ supersedes: ledger.id('crd') }),
      'unknown_credential',
      '/args/supersedes',
    ],
  ])('with %s is refused', async (_, type, change, code, field) => {
    await expect(assessor.attests('dinggu', type, change())).rejects.toEqual(refused(code, field));
  });

  it.each(['liability_insurance', 'work_safety_licence'] as const)('of a %s needs an end', async (type) => {
    const args = paperFact(1, type, {
      validFrom: '2026-11-22',
      attestation: { method: 'scan', checkedAt: ledger.now },
    }).facts;
    await expect(ledger.send('zhengheng', 'credential:register', args)).rejects.toEqual(
      refused('invalid_period', '/args/validTo'),
    );
  });

  it('takes a check of 31 days ago, and a paper of one day', async () => {
    await assessor.attests('dinggu', 'liability_insurance', { ...checked(later(-31 * 86_400)), validTo: '2026-11-22' });
  });

  it('keeps a worker’s paper apart from every company', async () => {
    const credential = await assessor.attests('dinggu', 'special_work_welding', { subject: WORKER });
    expect(await ledger.record(stateKey.credential('-', credential))).toMatchObject({ attestor: 'zhengheng' });
  });

  it('of an id that was used is refused, whoever holds the paper', async () => {
    const credential = await assessor.attests('dinggu', 'iso_45001');
    await expect(assessor.attests('anlan', 'iso_45001', { credential })).rejects.toEqual(refused('already_exists'));
  });
});

describe('a renewal', () => {
  const recorded = (credential: string): Promise<CredentialRecord> =>
    ledger.record(stateKey.credential(USCC.dinggu, credential));

  it('registered early takes over on its first day, without a gap', async () => {
    const first = await assessor.attests('dinggu', 'liability_insurance', { validTo: '2026-12-31' });
    const renewal = await assessor.attests('dinggu', 'liability_insurance', {
      validFrom: '2027-01-01',
      validTo: '2027-12-31',
      supersedes: first,
    });
    const midnight = instantMs('2026-12-31T16:00:00.000Z');
    const after = await recorded(renewal);
    expect(credentialStatus(await recorded(first), midnight - 1, papersById([after]))).toBe('valid');
    expect(credentialStatus(after, midnight - 1, new Map())).toBe('not_yet_valid');
    expect(credentialStatus(await recorded(first), midnight, papersById([after]))).toBe('superseded');
    expect(credentialStatus(after, midnight, new Map())).toBe('valid');
  });

  it('by another attestor lasts at least as long, or it would be a way to end another’s attestation', async () => {
    const other = governorOf(ledger, 'hengyuan');
    const first = await assessor.attests('dinggu', 'liability_insurance', { validTo: '2026-12-31' });
    const renewal = (validTo: string) => ({ validTo, supersedes: first });
    await expect(other.attests('dinggu', 'liability_insurance', renewal('2026-12-30'))).rejects.toEqual(
      refused('invalid_period', '/args/validTo'),
    );
    await other.attests('dinggu', 'liability_insurance', renewal('2026-12-31'));
    const own = await assessor.attests('anlan', 'liability_insurance', { validTo: '2026-12-31' });
    await assessor.attests('anlan', 'liability_insurance', { validTo: '2026-12-30', supersedes: own });
  });

  it('by another attestor of a paper without an end has none either', async () => {
    const endless = paperFact(1, 'iso_45001', {
      validFrom: '2026-11-22',
      attestation: { method: 'scan', checkedAt: ledger.now },
    }).facts;
    await ledger.send('zhengheng', 'credential:register', endless);
    const ending = { validTo: '2039-12-31', supersedes: endless.credential };
    await expect(governorOf(ledger, 'hengyuan').attests('dinggu', 'iso_45001', ending)).rejects.toEqual(
      refused('invalid_period', '/args/validTo'),
    );
  });

  it('that is to take over later is the only one', async () => {
    const first = await assessor.attests('dinggu', 'liability_insurance');
    const next = { validFrom: '2027-11-23', validTo: '2028-11-22', supersedes: first };
    await assessor.attests('dinggu', 'liability_insurance', next);
    await expect(assessor.attests('dinggu', 'liability_insurance', next)).rejects.toEqual(
      refused('invalid_transition'),
    );
  });

  it('that was revoked gives the place back: the earlier paper counts, can be suspended and renewed again', async () => {
    const first = await assessor.attests('dinggu', 'liability_insurance');
    const mistaken = await assessor.attests('dinggu', 'liability_insurance', { supersedes: first });
    await expect(act('suspend', first)).rejects.toEqual(refused('invalid_transition'));
    await act('revoke', mistaken);
    await act('suspend', first);
    await act('unsuspend', first);
    const right = await assessor.attests('dinggu', 'liability_insurance', { supersedes: first });
    expect((await recorded(first)).successors.map(({ credential }) => credential)).toEqual([mistaken, right]);
    await expect(act('suspend', first)).rejects.toEqual(refused('invalid_transition'));
  });

  it('keeps the scores of the past when the paper is renewed again after it was revoked', async () => {
    const scoreAt = async (effectiveAt: string) => (await ledger.score(USCC.dinggu, effectiveAt)).score;
    const first = await assessor.attests('dinggu', 'liability_insurance');
    const mistaken = await assessor.attests('dinggu', 'liability_insurance', { supersedes: first });
    await act('suspend', mistaken);
    const whileSuspended = ledger.now;
    ledger.pass({ days: 2 });
    await act('revoke', mistaken);
    expect([await scoreAt(whileSuspended), await scoreAt(ledger.now)]).toEqual([80, 100]);
    ledger.pass({ days: 2 });
    const validFrom = dayOf(instantMs(ledger.now));
    await assessor.attests('dinggu', 'liability_insurance', { validFrom, validTo: '2027-12-31', supersedes: first });
    expect([await scoreAt(whileSuspended), await scoreAt(ledger.now)]).toEqual([80, 100]);
  });

  it('in a line keeps the place of the first when only the middle one is revoked: one paper is in force', async () => {
    const first = await assessor.attests('dinggu', 'liability_insurance');
    const second = await assessor.attests('dinggu', 'liability_insurance', { supersedes: first });
    const third = await assessor.attests('dinggu', 'liability_insurance', { supersedes: second });
    await act('revoke', second);
    await expect(act('suspend', first)).rejects.toEqual(refused('invalid_transition'));
    await expect(assessor.attests('dinggu', 'liability_insurance', { supersedes: first })).rejects.toEqual(
      refused('invalid_transition'),
    );
    await act('revoke', third);
    await act('suspend', first);
  });

  it('is refused while the renewal of a revoked one is still to take over', async () => {
    const first = await assessor.attests('dinggu', 'liability_insurance');
    const second = await assessor.attests('dinggu', 'liability_insurance', { supersedes: first });
    const next = { validFrom: '2027-11-23', validTo: '2028-11-22' };
    await assessor.attests('dinggu', 'liability_insurance', { ...next, supersedes: second });
    await act('revoke', second);
    await expect(assessor.attests('dinggu', 'liability_insurance', { ...next, supersedes: first })).rejects.toEqual(
      refused('invalid_transition', '/args/supersedes'),
    );
  });

  it('is of the same holder and type, not revoked, and the only one', async () => {
    const first = await assessor.attests('dinggu', 'liability_insurance');
    const renew = (company: 'dinggu' | 'anlan', type: Facts['type'], supersedes = first) =>
      assessor.attests(company, type, { supersedes });
    await expect(renew('anlan', 'liability_insurance')).rejects.toEqual(refused('invalid_input', '/args/supersedes'));
    await expect(renew('dinggu', 'iso_45001')).rejects.toEqual(refused('invalid_input', '/args/supersedes'));
    await expect(
      assessor.attests('dinggu', 'liability_insurance', { validFrom: '2026-01-01', supersedes: first }),
    ).rejects.toEqual(refused('invalid_period'));
    await renew('dinggu', 'liability_insurance');
    await expect(renew('dinggu', 'liability_insurance')).rejects.toEqual(refused('invalid_transition'));
    const revoked = await assessor.attests('dinggu', 'iso_45001');
    await act('revoke', revoked);
    await expect(renew('dinggu', 'iso_45001', revoked)).rejects.toEqual(refused('invalid_transition'));
  });
});

describe('transitions', () => {
  it('suspended and back, as often as needed, never twice in a row', async () => {
    const credential = await assessor.attests('dinggu', 'liability_insurance');
    await expect(act('unsuspend', credential)).rejects.toEqual(refused('invalid_transition'));
    for (const verb of ['suspend', 'unsuspend', 'suspend'] as const) {
      await act(verb, credential);
      await expect(act(verb, credential)).rejects.toEqual(refused('invalid_transition'));
      ledger.pass({ hours: 1 });
    }
    const { suspensions } = await ledger.record<CredentialRecord>(stateKey.credential(USCC.dinggu, credential));
    expect(suspensions.map(({ to }) => to === null)).toEqual([false, true]);
  });

  it('revoked is final, from suspended too', async () => {
    const credential = await assessor.attests('dinggu', 'liability_insurance');
    await act('suspend', credential);
    await act('revoke', credential);
    for (const verb of ['suspend', 'unsuspend', 'revoke'] as const)
      await expect(act(verb, credential)).rejects.toEqual(refused('invalid_transition'));
  });

  it('of an expired paper there are none', async () => {
    const credential = await assessor.attests('dinggu', 'liability_insurance', { validTo: '2026-11-22' });
    ledger.now = '2026-11-22T16:00:00.000Z';
    for (const verb of ['suspend', 'revoke'] as const)
      await expect(act(verb, credential)).rejects.toEqual(refused('invalid_transition'));
  });

  it('of an unknown credential are refused', async () => {
    await expect(act('revoke', ledger.id('crd'))).rejects.toEqual(refused('unknown_credential'));
  });
});

describe('status at an instant', () => {
  const attestation = { method: 'register', checkedAt: '2026-01-01T00:00:00.000Z', recheckBy: '2026-06-30' } as const;
  const card = paperFact(1, 'special_work_welding', {
    validFrom: '2026-01-01',
    validTo: '2031-12-31',
    reviewBy: '2028-12-31',
  });
  const checked = paperFact(2, 'iso_45001', { validFrom: '2026-01-01', validTo: '2028-12-31', attestation });

  it.each([
    ['the day before it begins, 23:59', card, '2025-12-31T15:59:59.999Z', 'not_yet_valid'],
    ['the day it begins, 0:00', card, '2025-12-31T16:00:00.000Z', 'valid'],
    ['the review day, 23:59', card, '2028-12-31T15:59:59.999Z', 'valid'],
    ['the day after it, 0:00', card, '2028-12-31T16:00:00.000Z', 'review_overdue'],
    ['the last day, 23:59', card, '2031-12-31T15:59:59.999Z', 'review_overdue'],
    ['24:00 of the last day', card, '2031-12-31T16:00:00.000Z', 'expired'],
    ['the recheck day, 23:59', checked, '2026-06-30T15:59:59.999Z', 'valid'],
    ['the day after it, 0:00', checked, '2026-06-30T16:00:00.000Z', 'recheck_due'],
  ])('%s (UTC+8)', (_, record, instant, expected) => {
    expect(credentialStatus(record, instantMs(instant), new Map())).toBe(expected);
  });

  it('is that of the time asked for, before a suspension or revocation', () => {
    const suspensions = [
      { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', reason: 'under_investigation' },
    ];
    const record = { ...card, suspensions, revokedAt: '2026-05-01T00:00:00.000Z', revokedFor: 'forged' };
    const at = (instant: string) => credentialStatus(record, instantMs(instant), new Map());
    expect(at('2026-02-28T23:59:59.999Z')).toBe('valid');
    expect(at('2026-03-01T00:00:00.000Z')).toBe('suspended');
    expect(at('2026-04-01T00:00:00.000Z')).toBe('valid');
    expect(at('2026-05-01T00:00:00.000Z')).toBe('revoked');
  });
});
