import { type CommandArgs, CREDIT_POLICY_1, stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLedgerWith, POLICY_1_HASH, type TestLedger, USCC } from '../../testing/ledger.ts';
import { COMMITMENT, governorOf } from '../../testing/verbs.ts';
import { policyHashOf } from '../digest.ts';

const refused = (code: string) => expect.objectContaining({ code });

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan'], ['dinggu']);
  await governorOf(ledger, 'hengyuan').attests('dinggu', 'liability_insurance');
  ledger.pass({ days: 2 });
});

const later = (seconds: number): string => new Date(Date.parse(ledger.now) + seconds * 1000).toISOString();
const issue = async (change: Partial<CommandArgs<'credit:issue'>> = {}): Promise<string> => {
  const code = change.code ?? ledger.id('cod');
  await ledger.send('hengyuan', 'credit:issue', {
    code,
    company: USCC.dinggu,
    claims: COMMITMENT,
    effectiveAt: ledger.now,
    score: 100,
    policyHash: POLICY_1_HASH,
    validTo: later(86_400),
    ...change,
  });
  return code;
};
const DAY_S = 86_400;

it('records a code whose score the ledger computes too', async () => {
  const code = await issue();
  expect(await ledger.record(stateKey.code(USCC.dinggu, code))).toMatchObject({
    issuer: 'hengyuan',
    revokedAt: null,
    facts: { score: 100 },
  });
});

it.each<[string, () => Partial<CommandArgs<'credit:issue'>>, string]>([
  ['a better score', () => ({ score: 100, effectiveAt: later(-3 * 3600), company: USCC.qichuan }), 'score_mismatch'],
  ['a worse score', () => ({ score: 99 }), 'score_mismatch'],
  ['another policy', () => ({ policyHash: COMMITMENT }), 'unknown_policy'],
  ['a score of more than a day ago', () => ({ effectiveAt: later(-DAY_S - 1) }), 'too_late'],
  ['a score of the future', () => ({ effectiveAt: later(121) }), 'in_the_future'],
  ['a validity of more than 31 days', () => ({ validTo: later(31 * DAY_S + 1) }), 'invalid_period'],
  ['no validity', () => ({ validTo: ledger.now }), 'invalid_period'],
  ['a company that is no member', () => ({ company: USCC.xingu }), 'unknown_company'],
])('refuses a code with %s', async (_, change, error) => {
  await expect(issue(change())).rejects.toEqual(refused(error));
});

it('refuses a code for a company that was expelled', async () => {
  await ledger.adopt({ action: 'member.expel', member: 'dinggu', windDownUntil: ledger.inDays(30) });
  await expect(issue()).rejects.toEqual(refused('unknown_company'));
});

it.each([
  ['a day old', () => ({ effectiveAt: later(-DAY_S) })],
  ['two minutes ahead', () => ({ effectiveAt: later(120) })],
  ['valid for 31 days', () => ({ validTo: later(31 * DAY_S) })],
])('accepts a code %s', async (_, change) => {
  await expect(issue(change())).resolves.toMatch(/^cod_/);
});

it('computes under the policy in force at the effective instant, also right after a switch', async () => {
  const policy = { ...CREDIT_POLICY_1, id: 'credit-policy/2', base: 90 };
  const policyHash = await policyHashOf(policy);
  await ledger.adopt({ action: 'credit.adopt_policy', policy, effectiveAt: ledger.now });
  await expect(issue()).rejects.toEqual(refused('unknown_policy'));
  await issue({ policyHash, score: 90 });
  await issue({ effectiveAt: later(-1) });
});

it('refuses a blocklisted company', async () => {
  await ledger.adopt({
    action: 'credit.blocklist',
    company: USCC.dinggu,
    ground: 'fatal_accident',
    evidence: [],
    termMonths: 12,
  });
  await expect(issue()).rejects.toEqual(refused('blocklisted'));
});

describe('a code', () => {
  const revoke = (code: string) => ledger.send('hengyuan', 'credit:revoke_code', { company: USCC.dinggu, code });

  it('has an id of its own', async () => {
    await expect(issue({ code: await issue() })).rejects.toEqual(refused('already_exists'));
  });

  it('is revoked once', async () => {
    const code = await issue();
    await revoke(code);
    expect(await ledger.record(stateKey.code(USCC.dinggu, code))).toMatchObject({ revokedAt: ledger.now });
    await expect(revoke(code)).rejects.toEqual(refused('invalid_transition'));
    await expect(revoke(ledger.id('cod'))).rejects.toEqual(refused('code_invalid'));
  });
});
