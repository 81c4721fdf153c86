import { stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLedgerWith, type TestLedger, USCC } from '../../testing/ledger.ts';
import { governorOf } from '../../testing/verbs.ts';

const refused = (code: string) => expect.objectContaining({ code });

let ledger: TestLedger;
let port: ReturnType<typeof governorOf>;
beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan'], ['dinggu']);
  port = governorOf(ledger, 'hengyuan');
  await port.registersSite('terminal');
});

const seconds = (count: number): string => new Date(Date.parse(ledger.now) + count * 1000).toISOString();
const DAY_S = 86_400;

describe('admission to a site', () => {
  it.each([
    ['24 h ago', -DAY_S],
    ['now', 0],
    ['in 400 days', 400 * DAY_S],
  ])('may begin %s', async (_, from) => {
    await expect(port.admits('dinggu', 'terminal', seconds(from))).resolves.toMatch(/^adm_/);
  });

  it.each([
    ['more than 24 h ago', -DAY_S - 1, 'too_late'],
    ['in more than 400 days', 400 * DAY_S + 1, 'in_the_future'],
  ])('may not begin %s', async (_, from, code) => {
    await expect(port.admits('dinggu', 'terminal', seconds(from))).rejects.toEqual(refused(code));
  });

  it('is one at a time, and again after a release', async () => {
    const admission = await port.admits('dinggu', 'terminal');
    await expect(port.admits('dinggu', 'terminal')).rejects.toEqual(refused('already_exists'));
    await port.releases('dinggu', 'terminal', admission);
    await port.admits('dinggu', 'terminal');
  });

  it('needs a site, and a company that is a member', async () => {
    await expect(port.admits('dinggu', 'nowhere')).rejects.toEqual(refused('unknown_site'));
    await expect(port.admits('xingu', 'terminal')).rejects.toEqual(refused('unknown_company'));
  });

  it('is refused to a company that was expelled', async () => {
    await ledger.adopt({ action: 'member.expel', member: 'dinggu', windDownUntil: ledger.inDays(30) });
    await expect(port.admits('dinggu', 'terminal')).rejects.toEqual(refused('unknown_company'));
  });

  it('is refused to a blocklisted company, whose open admissions stay', async () => {
    const admission = await port.admits('dinggu', 'terminal');
    const term = { company: USCC.dinggu, ground: 'fatal_accident', evidence: [], termMonths: 1 } as const;
    await ledger.adopt({ action: 'credit.blocklist', ...term, evidence: [] });
    expect(await ledger.record(stateKey.admission('terminal', USCC.dinggu, admission))).toMatchObject({
      releasedAt: null,
    });
    await port.releases('dinggu', 'terminal', admission);
    await expect(port.admits('dinggu', 'terminal')).rejects.toEqual(refused('blocklisted'));

    ledger.now = '2026-12-22T01:59:59.999Z';
    await expect(port.admits('dinggu', 'terminal')).rejects.toEqual(refused('blocklisted'));
    ledger.now = '2026-12-22T02:00:00.000Z';
    await port.admits('dinggu', 'terminal');
  });

  it('is possible again once the blocklisting is lifted', async () => {
    await ledger.adopt({
      action: 'credit.blocklist',
      company: USCC.dinggu,
      ground: 'fatal_accident',
      evidence: [],
      termMonths: 36,
    });
    ledger.now = '2027-11-22T02:00:00.000Z';
    await ledger.adopt({ action: 'credit.lift_blocklisting', company: USCC.dinggu });
    await port.admits('dinggu', 'terminal');
  });
});

describe('release from a site', () => {
  it('is between the admission and two minutes from now, once', async () => {
    const admission = await port.admits('dinggu', 'terminal', seconds(-60));
    await expect(port.releases('dinggu', 'terminal', admission, seconds(-61))).rejects.toEqual(
      refused('invalid_period'),
    );
    await expect(port.releases('dinggu', 'terminal', admission, seconds(121))).rejects.toEqual(
      refused('in_the_future'),
    );
    await port.releases('dinggu', 'terminal', admission, seconds(120));
    await expect(port.releases('dinggu', 'terminal', admission)).rejects.toEqual(refused('already_released'));
  });

  it('is entered within 24 h, so that notices of violations cannot be cut off afterwards', async () => {
    const admission = await port.admits('dinggu', 'terminal');
    const [tooEarly, earliest] = [seconds(3600), seconds(3601)];
    ledger.pass({ hours: 25, seconds: 1 });
    await expect(port.releases('dinggu', 'terminal', admission, tooEarly)).rejects.toEqual(refused('too_late'));
    await port.releases('dinggu', 'terminal', admission, earliest);
  });

  it('of an admission that is not there is refused', async () => {
    await expect(port.releases('dinggu', 'terminal', ledger.id('adm'))).rejects.toEqual(refused('not_admitted'));
  });
});
