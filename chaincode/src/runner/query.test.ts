import { CREDIT_POLICY_1 } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { foundedLedger, openLedgerWith, POLICY_1_HASH, type TestLedger, USCC } from '../testing/ledger.ts';
import { runQuery } from './query.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedgerWith(['hengyuan'], ['dinggu']);
});
const refused = (code: string) => expect.objectContaining({ code });

describe('query:score', () => {
  it('answers under the policy in force, or under the one that is named', async () => {
    const query = { company: USCC.dinggu, effectiveAt: ledger.now };
    expect(await runQuery(ledger.state, 'query:score', query)).toMatchObject({ score: 80, policyHash: POLICY_1_HASH });
    expect(await runQuery(ledger.state, 'query:score', { ...query, policyHash: POLICY_1_HASH })).toMatchObject({
      score: 80,
    });
  });

  it('refuses a company code with a wrong check digit', async () => {
    const query = { company: '91990101MAAA00039K', effectiveAt: ledger.now };
    await expect(runQuery(ledger.state, 'query:score', query)).rejects.toMatchObject({
      code: 'invalid_uscc',
      field: '/company',
      detail: 'invalid uscc: check',
    });
  });

  it('refuses a policy that was never adopted, and a time at which none was in force', async () => {
    const query = { company: USCC.dinggu, effectiveAt: '2020-01-01T00:00:00.000Z' };
    await expect(runQuery(ledger.state, 'query:score', query)).rejects.toEqual(refused('unknown_policy'));
    const named = { ...query, policyHash: 'A'.repeat(43) };
    await expect(runQuery(ledger.state, 'query:score', named)).rejects.toEqual(refused('unknown_policy'));
  });

  it('judges by the policy in force at the instant that is asked for', async () => {
    const other = await foundedLedger(['hengyuan']);
    const stricter = {
      ...CREDIT_POLICY_1,
      id: 'credit-policy/2',
      insurance: { types: CREDIT_POLICY_1.insurance.types, points: 50 },
    };
    await other.adopt({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: other.now });
    const from = other.inDays(2);
    await other.adopt({ action: 'credit.adopt_policy', policy: stricter, effectiveAt: from });
    const before = new Date(Date.parse(from) - 1).toISOString();
    expect((await other.score(USCC.dinggu, before)).score).toBe(80);
    expect((await other.score(USCC.dinggu, from)).score).toBe(50);
  });
});

describe('query:get', () => {
  it('gives a value, or null', async () => {
    expect(await runQuery(ledger.state, 'query:get', { key: 'member/dinggu' })).toMatchObject({ company: USCC.dinggu });
    expect(await runQuery(ledger.state, 'query:get', { key: 'member/nobody' })).toBeNull();
  });
});

describe('query:range', () => {
  it('gives every entry below a prefix, and of no other', async () => {
    const page = await runQuery(ledger.state, 'query:range', { prefix: 'policy' });
    expect(page).toMatchObject({ entries: [{ key: `policy/${POLICY_1_HASH}` }], next: null });
  });

  it('gives a thousand at a time and goes on where it stopped', async () => {
    const many = await foundedLedger(['hengyuan']);
    const names = Array.from({ length: 1001 }, (_, number) => `site-${String(number).padStart(4, '0')}`);
    many.state.apply(names.map((site) => [`site/${site}`, { site }]));
    const first = await runQuery(many.state, 'query:range', { prefix: 'site' });
    expect(first).toMatchObject({ entries: { length: 1000 }, next: 'site/site-0999' });
    const second = await runQuery(many.state, 'query:range', { prefix: 'site', after: 'site/site-0999' });
    expect(second).toMatchObject({ entries: [{ key: 'site/site-1000' }], next: null });
  });
});

it.each([
  ['query:get', { key: 'secret/x' }],
  ['query:get', { key: '' }],
  ['query:get', { key: 'member//' }],
  ['query:get', { key: 'member/\u0000' }],
  ['query:get', { key: 'constructor' }],
  ['query:get', null],
  ['query:range', { prefix: '' }],
  ['query:range', { prefix: 'member/' }],
  ['query:range', { prefix: 'member', limit: 5 }],
  ['query:score', { company: USCC.dinggu, effectiveAt: 'now' }],
])('%s refuses %j', async (name, args) => {
  await expect(runQuery(ledger.state, name, args)).rejects.toEqual(refused('invalid_input'));
});

it.each(['query:everything', 'credit:issue', 'constructor'])('there is no query %s', async (name) => {
  await expect(runQuery(ledger.state, name, {})).rejects.toEqual(refused('unknown_command'));
});
