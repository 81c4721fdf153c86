import { CREDIT_POLICY_1 } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { foundedLedger, openLedgerWith, POLICY_1_HASH, type TestLedger, USCC } from '../testing/ledger.ts';
import { runQuery } from './query.ts';
import type { StateReader } from './rule.ts';

let ledger: TestLedger;
beforeAll(async () => {
  ledger = await openLedgerWith(['hengyuan'], ['dinggu']);
});
const ask = (read: StateReader, name: string, args: unknown) => runQuery(read, name, args, { txTime: ledger.now });
const refused = (code: string) => expect.objectContaining({ code });

describe('query:score', () => {
  it('answers under the policy in force, or under the one that is named', async () => {
    const query = { company: USCC.dinggu, effectiveAt: ledger.now };
    expect(await ask(ledger.state, 'query:score', query)).toMatchObject({ score: 80, policyHash: POLICY_1_HASH });
    expect(await ask(ledger.state, 'query:score', { ...query, policyHash: POLICY_1_HASH })).toMatchObject({
      score: 80,
    });
  });

  it('refuses a company code with a wrong check digit', async () => {
    const query = { company: '91990101MAAA00039K', effectiveAt: ledger.now };
    await expect(ask(ledger.state, 'query:score', query)).rejects.toMatchObject({
      code: 'invalid_uscc',
      field: '/company',
      detail: 'invalid uscc: check',
    });
  });

  it('refuses a policy that was never adopted, and a time at which none was in force', async () => {
    const query = { company: USCC.dinggu, effectiveAt: '2020-01-01T00:00:00.000Z' };
    await expect(ask(ledger.state, 'query:score', query)).rejects.toEqual(refused('unknown_policy'));
    const named = { ...query, policyHash: 'A'.repeat(43) };
    await expect(ask(ledger.state, 'query:score', named)).rejects.toEqual(refused('unknown_policy'));
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
    expect(await ask(ledger.state, 'query:get', { key: 'member/dinggu' })).toMatchObject({ company: USCC.dinggu });
    expect(await ask(ledger.state, 'query:get', { key: 'member/nobody' })).toBeNull();
  });
});

describe('query:range', () => {
  it('gives every entry below a prefix, and of no other', async () => {
    const page = await ask(ledger.state, 'query:range', { prefix: 'policy' });
    expect(page).toMatchObject({ entries: [{ key: `policy/${POLICY_1_HASH}` }], next: null });
  });

  it('gives a thousand at a time and goes on where it stopped', async () => {
    const many = await foundedLedger(['hengyuan']);
    const names = Array.from({ length: 1001 }, (_, number) => `site-${String(number).padStart(4, '0')}`);
    many.state.apply(names.map((site) => [`site/${site}`, { site }]));
    const first = await ask(many.state, 'query:range', { prefix: 'site' });
    expect(first).toMatchObject({ entries: { length: 1000 }, next: 'site/site-0999' });
    const second = await ask(many.state, 'query:range', { prefix: 'site', after: 'site/site-0999' });
    expect(second).toMatchObject({ entries: [{ key: 'site/site-1000' }], next: null });
  });
});

describe('query:view', () => {
  /** Everything that is read, so that a second read cannot hide. */
  const watched = () => {
    const reads: string[] = [];
    const read: StateReader = {
      get: (key) => {
        reads.push(key);
        return ledger.state.get(key);
      },
      range: (start, end) => {
        reads.push(`${start}..${end}`);
        return ledger.state.range(start, end);
      },
    };
    return { reads, read };
  };

  it('answers the value of the key at the time of the question, and reads nothing else', async () => {
    const { read, reads } = watched();
    const key = ['dinggu'];
    const value = await ledger.state.get('member/dinggu');
    expect(await ask(read, 'query:view', { type: 'member', key })).toEqual({
      type: 'member',
      key,
      value,
      asOf: ledger.now,
    });
    expect(reads).toEqual(['member/dinggu']);
  });

  it('answers null where there is nothing', async () => {
    const { read, reads } = watched();
    expect(await ask(read, 'query:view', { type: 'site', key: ['nowhere'] })).toMatchObject({ value: null });
    expect(reads).toEqual(['site/nowhere']);
  });

  it.each([
    ['a fact of another type', { type: 'cmd', key: ['dinggu', 'cmd_1'] }],
    ['a name of a built-in', { type: 'constructor', key: ['a'] }],
    ['too few parts', { type: 'violation', key: [USCC.dinggu] }],
    ['too many parts', { type: 'member', key: ['dinggu', 'dinggu'] }],
    ['no part', { type: 'member', key: [] }],
    ['a part that is two', { type: 'member', key: ['dinggu/hengyuan'] }],
    ['a part of another kind', { type: 'blocklisting', key: ['dinggu'] }],
    ['a NUL', { type: 'site', key: ['site\u0000'] }],
    ['a text in place of a list', { type: 'member', key: 'dinggu' }],
    ['more than a question', { type: 'member', key: ['dinggu'], asOf: '2026-01-01T00:00:00.000Z' }],
  ])('refuses %s', async (_, args) => {
    await expect(ask(ledger.state, 'query:view', args)).rejects.toMatchObject({
      code: expect.stringMatching(/^invalid_/),
    });
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
  await expect(ask(ledger.state, name, args)).rejects.toEqual(refused('invalid_input'));
});

it.each(['query:everything', 'credit:issue', 'constructor'])('there is no query %s', async (name) => {
  await expect(ask(ledger.state, name, {})).rejects.toEqual(refused('unknown_command'));
});
