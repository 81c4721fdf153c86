import { stateKey, type ViolationRecord } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLedgerWith, type TestLedger, USCC } from '../../testing/ledger.ts';
import { contractorOf, governorOf } from '../../testing/verbs.ts';

const refused = (code: string) => expect.objectContaining({ code });

let ledger: TestLedger;
let port: ReturnType<typeof governorOf>;
let dinggu: ReturnType<typeof contractorOf>;
let admission: string;
let admittedAt: string;

beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan', 'zhengheng'], ['dinggu', 'anlan']);
  port = governorOf(ledger, 'hengyuan');
  dinggu = contractorOf(ledger, 'dinggu');
  await port.registersSite('terminal');
  await port.attests('dinggu', 'liability_insurance');
  admission = await port.admits('dinggu', 'terminal');
  admittedAt = ledger.now;
  ledger.pass({ hours: 1 });
});

const later = (seconds: number, from = ledger.now): string => new Date(Date.parse(from) + seconds * 1000).toISOString();
const notice = (change: Parameters<typeof port.notices>[3] = {}, how = {}) =>
  port.notices('dinggu', 'terminal', admission, change, how);
const points = async (): Promise<number> => (await ledger.score(USCC.dinggu)).score;
const HOUR_S = 3600;

describe('a notice', () => {
  it('costs nothing until the contractor acknowledges it', async () => {
    const violation = await notice();
    expect(await points()).toBe(100);
    await dinggu.acknowledges(violation);
    expect(await points()).toBe(95);
    await expect(dinggu.acknowledges(violation)).rejects.toEqual(refused('invalid_transition'));
  });

  it('counts by itself after seven days, and cannot be acknowledged then', async () => {
    const violation = await notice();
    ledger.pass({ days: 7, ms: -1 });
    expect(await points()).toBe(100);
    ledger.pass({ ms: 1 });
    expect(await points()).toBe(95);
    await expect(dinggu.acknowledges(violation)).rejects.toEqual(refused('invalid_transition'));
  });

  it.each<[string, () => Parameters<typeof port.notices>[3], string]>([
    ['before the admission', () => ({ occurredAt: later(-1, admittedAt) }), 'not_admitted'],
    ['under an admission that is not there', () => ({ admission: ledger.id('adm') }), 'not_admitted'],
    ['of another company', () => ({ company: USCC.anlan }), 'not_admitted'],
    ['of a company that is no member', () => ({ company: USCC.xingu }), 'unknown_company'],
    ['at a site that is not there', () => ({ site: 'nowhere' }), 'unknown_site'],
    ['of a clause that is not in the policy', () => ({ clause: 'looked_at_me' }), 'unknown_clause'],
    ['of a clause that every object answers to', () => ({ clause: 'constructor' }), 'unknown_clause'],
    ['in the future', () => ({ occurredAt: later(121) }), 'in_the_future'],
  ])('%s is refused', async (_, change, code) => {
    await expect(notice(change())).rejects.toEqual(refused(code));
  });

  it('after the release is refused, about the time before it is not', async () => {
    await port.releases('dinggu', 'terminal', admission);
    await expect(notice()).rejects.toEqual(refused('not_admitted'));
    await notice({ occurredAt: later(-1) });
  });

  it('of an id that the company has is refused', async () => {
    const violation = await notice();
    await expect(notice({ violation })).rejects.toEqual(refused('already_exists'));
  });

  it('is in time for the policy’s 168 hours, judged by when it was signed and not by when the ledger was back', async () => {
    const occurredAt = admittedAt;
    const limit = later(168 * HOUR_S, occurredAt);
    ledger.now = later(71 * HOUR_S, limit);
    const waited = (signedAt: string) => notice({ occurredAt }, { signedAt, expiresAt: later(72 * HOUR_S, signedAt) });
    await expect(waited(later(1, limit))).rejects.toEqual(refused('too_late'));
    await waited(limit);
  });

  it('signed again is judged by when it was first accepted', async () => {
    const occurredAt = admittedAt;
    const limitMs = Date.parse(later(168 * HOUR_S, occurredAt));
    ledger.now = later(20 * 24 * HOUR_S, occurredAt);
    const again = (acceptedMs: number) => notice({ occurredAt }, { claims: { accepted: acceptedMs / 1000 } });
    await expect(again(limitMs + 1000)).rejects.toEqual(refused('too_late'));
    await again(limitMs);
  });

  it('signed by a clock that runs ahead is not judged later than its submission', async () => {
    const occurredAt = admittedAt;
    ledger.now = later(168 * HOUR_S, occurredAt);
    await notice({ occurredAt }, { signedAt: later(60) });
  });
});

describe('an appeal', () => {
  it.each([
    ['upheld', 100],
    ['rejected', 95],
  ] as const)('holds the points until it is %s by a governor other than the recorder', async (outcome, score) => {
    const violation = await notice();
    await dinggu.acknowledges(violation);
    await dinggu.appeals(violation);
    expect(await points()).toBe(100);
    await expect(port.resolves('dinggu', violation, 'rejected')).rejects.toEqual(refused('recorder_may_not_resolve'));
    await governorOf(ledger, 'zhengheng').resolves('dinggu', violation, outcome);
    expect(await points()).toBe(score);
    expect(await ledger.record<ViolationRecord>(stateKey.violation(USCC.dinggu, violation))).toMatchObject({
      version: 4,
      appeals: [{ outcome, by: 'zhengheng', endedAt: ledger.now }],
    });
  });

  it('is open once, and is decided once', async () => {
    const violation = await notice();
    await dinggu.appeals(violation);
    await expect(dinggu.appeals(violation)).rejects.toEqual(refused('invalid_transition'));
    await governorOf(ledger, 'qichuan').resolves('dinggu', violation, 'rejected');
    await expect(dinggu.appeals(violation)).rejects.toEqual(refused('invalid_transition'));
    await expect(governorOf(ledger, 'qichuan').resolves('dinggu', violation, 'upheld')).rejects.toEqual(
      refused('invalid_transition'),
    );
  });

  it('can be withdrawn and made again in time', async () => {
    const violation = await notice();
    await dinggu.acknowledges(violation);
    await dinggu.appeals(violation);
    await dinggu.withdraws(violation);
    expect(await points()).toBe(95);
    await expect(dinggu.withdraws(violation)).rejects.toEqual(refused('invalid_transition'));
    await dinggu.appeals(violation);
    expect(await points()).toBe(100);
  });

  it('is in time for seven days after the notice, judged by when it was signed', async () => {
    const violation = await notice();
    const limit = later(7 * 24 * HOUR_S);
    ledger.now = later(HOUR_S, limit);
    await expect(dinggu.appeals(violation)).rejects.toEqual(refused('too_late'));
    await dinggu.appeals(violation, { signedAt: limit, expiresAt: later(72 * HOUR_S, limit) });
    expect(await points()).toBe(100);
  });

  it('of a violation that is not there is refused', async () => {
    await expect(dinggu.appeals(ledger.id('vio'))).rejects.toEqual(refused('unknown_violation'));
    await expect(port.resolves('dinggu', ledger.id('vio'), 'upheld')).rejects.toEqual(refused('unknown_violation'));
  });
});

describe('an evaluation', () => {
  it('is given by the owner of a site that admitted the company', async () => {
    await port.evaluates('dinggu', 'terminal', 'C');
    expect(await points()).toBe(95);
    await port.evaluates('dinggu', 'terminal', 'A');
    ledger.pass({ seconds: 1 });
    await port.evaluates('dinggu', 'terminal', 'B');
    expect(await points()).toBe(98);
    await expect(port.evaluates('anlan', 'terminal', 'D')).rejects.toEqual(refused('not_admitted'));
  });
});
