import {
  CREDIT_POLICY_1,
  type CreditPolicy,
  type ImportedFact,
  type PolicyAdoption,
  stateKey,
} from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ledgerWith, POLICY_1_HASH, type TestLedger, USCC } from '../../testing/ledger.ts';
import { COMMITMENT, contractorOf, governorOf } from '../../testing/verbs.ts';
import { policyHashOf } from '../digest.ts';
import { policyInForce } from './policyInForce.ts';

const refused = (code: string, field?: string) => expect.objectContaining({ code, ...(field && { field }) });

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await ledgerWith(['hengyuan', 'qichuan'], ['dinggu']);
  await governorOf(ledger, 'hengyuan').registersSite('terminal');
});

describe('the policy in force', () => {
  const adoption = (policyHash: string, effectiveAt: string, adoptedAt = effectiveAt): PolicyAdoption => ({
    policyHash,
    effectiveAt,
    adoptedAt,
  });
  const [january, march, may] = [
    '2026-01-01T00:00:00.000Z',
    '2026-03-01T00:00:00.000Z',
    '2026-05-01T00:00:00.000Z',
  ] as const;
  const inForce = (adoptions: PolicyAdoption[], instant: string) =>
    policyInForce(adoptions, Date.parse(instant))?.policyHash;

  it('is the last that holds by then, in whatever order they are read', () => {
    const adoptions = [adoption('c', may), adoption('a', january), adoption('b', march, january)];
    expect(inForce(adoptions, '2025-12-31T23:59:59.999Z')).toBeUndefined();
    expect(inForce(adoptions, january)).toBe('a');
    expect(inForce(adoptions, '2026-02-28T23:59:59.999Z')).toBe('a');
    expect(inForce(adoptions, march)).toBe('b');
    expect(inForce(adoptions, may)).toBe('c');
  });

  it('is the later adopted of two that hold from one instant', () => {
    expect(inForce([adoption('b', march, january), adoption('a', march, '2026-02-01T00:00:00.000Z')], march)).toBe('a');
  });
});

describe('adoption of a policy', () => {
  const adopt = (change: Partial<CreditPolicy>, effectiveAt = ledger.now) =>
    ledger.adopt({
      action: 'credit.adopt_policy',
      policy: { ...CREDIT_POLICY_1, id: 'credit-policy/2', ...change },
      effectiveAt,
    });

  it('never holds before it was adopted', async () => {
    ledger.pass({ days: 1 });
    await adopt({ base: 90 }, '2020-01-01T00:00:00.000Z');
    const policyHash = await policyHashOf({ ...CREDIT_POLICY_1, id: 'credit-policy/2', base: 90 });
    expect(ledger.events.at(-1)).toMatchObject({
      name: 'credit.policy_adopted',
      data: { policyHash, effectiveAt: ledger.now },
    });
    expect((await ledger.score(USCC.dinggu)).policyHash).toBe(policyHash);
    expect((await ledger.score(USCC.dinggu, ledger.inDays(-0.5))).policyHash).toBe(POLICY_1_HASH);
  });

  it.each<[string, Partial<CreditPolicy>, string]>([
    ['whose bands cross', { bands: { green: 60, amber: 80 } }, 'invalid_input'],
    ['whose floor is above its base', { floor: 90, base: 80 }, 'invalid_input'],
    [
      'that asks a company for a worker’s paper',
      { insurance: { types: ['site_induction'], points: 20 } },
      'invalid_input',
    ],
    ['that counts a paper twice', { insurance: { types: ['work_safety_licence'], points: 20 } }, 'invalid_input'],
    ['under the name of another', { id: 'credit-policy/1', base: 90 }, 'already_exists'],
  ])('%s is refused', async (_, change, code) => {
    await expect(adopt(change)).rejects.toEqual(refused(code));
  });
});

describe('import of older facts', () => {
  const violation = (change: Partial<Extract<ImportedFact, { kind: 'violation' }>> = {}): ImportedFact => ({
    kind: 'violation',
    violation: ledger.id('vio'),
    company: USCC.dinggu,
    site: 'terminal',
    clause: 'no_harness_at_height',
    occurredAt: '2026-06-01T00:00:00.000Z',
    commitment: COMMITMENT,
    ...change,
  });
  const evaluation = (change: Partial<Extract<ImportedFact, { kind: 'evaluation' }>> = {}): ImportedFact => ({
    kind: 'evaluation',
    evaluation: ledger.id('evl'),
    company: USCC.dinggu,
    member: 'qichuan',
    grade: 'C',
    occurredAt: '2026-06-01T00:00:00.000Z',
    ...change,
  });
  const imports = (...facts: ImportedFact[]) =>
    ledger.adopt({ action: 'credit.import', import: ledger.id('imp'), facts });

  it('enters violations and evaluations, which count at once', async () => {
    await governorOf(ledger, 'hengyuan').attests('dinggu', 'liability_insurance');
    await imports(violation(), evaluation());
    expect((await ledger.score(USCC.dinggu)).score).toBe(90);
  });

  it('ends when the channel opens', async () => {
    await ledger.adopt({ action: 'channel.open' });
    await expect(imports(violation())).rejects.toEqual(refused('channel_open'));
  });

  it.each<[string, () => ImportedFact[], string]>([
    [
      'one fact twice',
      () => {
        const fact = violation();
        return [fact, fact];
      },
      'already_exists',
    ],
    ['a company that is no member', () => [violation({ company: USCC.xingu })], 'unknown_company'],
    ['a site that is not there', () => [violation({ site: 'nowhere' })], 'unknown_site'],
    ['a clause that is not in the policy', () => [violation({ clause: 'constructor' })], 'unknown_clause'],
    ['a fact to come', () => [violation({ occurredAt: ledger.inDays(1) })], 'in_the_future'],
    ['the grade of a participant', () => [evaluation({ member: 'dinggu' })], 'not_a_governor'],
    ['the grade of nobody', () => [evaluation({ member: 'nobody' })], 'unknown_member'],
  ])('of %s is refused whole', async (_, bad, code) => {
    const good = violation();
    await expect(imports(good, ...bad())).rejects.toEqual(refused(code));
    expect((await ledger.score(USCC.dinggu)).inputs).toEqual([]);
  });

  it('of a fact that was imported before is refused', async () => {
    const fact = violation();
    await imports(fact);
    await expect(imports(fact)).rejects.toEqual(refused('already_exists'));
  });

  it('can be appealed, and then any governor but the site’s owner decides', async () => {
    const id = ledger.id('vio');
    await imports(violation({ violation: id }));
    const contractor = contractorOf(ledger, 'dinggu');
    await expect(contractor.acknowledges(id)).rejects.toEqual(refused('invalid_transition'));
    await contractor.appeals(id);
    await expect(governorOf(ledger, 'hengyuan').resolves('dinggu', id, 'rejected')).rejects.toEqual(
      refused('recorder_may_not_resolve'),
    );
    await governorOf(ledger, 'qichuan').resolves('dinggu', id, 'upheld');
  });
});

describe('blocklisting', () => {
  const blocklist = (change: { evidence?: string[]; termMonths?: number } = {}) =>
    ledger.adopt({
      action: 'credit.blocklist',
      company: USCC.xingu,
      ground: 'repeated_serious',
      evidence: [],
      termMonths: 12,
      ...change,
    });

  it('names a term in calendar months, and holds once at a time', async () => {
    await blocklist();
    expect(await ledger.record(stateKey.blocklisting(USCC.xingu))).toMatchObject({
      until: '2027-11-22T02:00:00.000Z',
      version: 1,
    });
    await expect(blocklist()).rejects.toEqual(refused('already_exists'));
  });

  it('can be lifted after twelve months, not before, once, and pronounced again', async () => {
    await blocklist({ termMonths: 36 });
    const lift = () => ledger.adopt({ action: 'credit.lift_blocklisting', company: USCC.xingu });
    ledger.now = '2027-11-22T01:59:59.999Z';
    await expect(lift()).rejects.toEqual(refused('invalid_transition'));
    ledger.now = '2027-11-22T02:00:00.000Z';
    await lift();
    await expect(lift()).rejects.toEqual(refused('invalid_transition'));
    await blocklist();
    expect(await ledger.record(stateKey.blocklisting(USCC.xingu))).toMatchObject({ version: 3, liftedAt: null });
  });

  it('rests on violations that are there, for 36 months at most', async () => {
    await expect(blocklist({ evidence: [ledger.id('vio')] })).rejects.toEqual(refused('unknown_violation'));
    await expect(blocklist({ termMonths: 37 })).rejects.toEqual(refused('invalid_input'));
  });
});
