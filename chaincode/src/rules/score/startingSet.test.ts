import type { ImportedFact } from '@anlian/contracts';
import { addMonths, dayOf, dayStartMs, instantMs, toInstant } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { ledgerWith, type Name, type TestLedger, USCC } from '../../testing/ledger.ts';
import { COMMITMENT, contractorOf, governorOf } from '../../testing/verbs.ts';

const CONTRACTORS = ['dinggu', 'anlan', 'yunfan', 'ruihan', 'lanjie', 'xingu'] as const satisfies readonly Name[];

let ledger: TestLedger;
let today: string;
let tomorrow: string;

/** The starting set as it is loaded: older facts by vote, then the channel opens and business begins. */
beforeAll(async () => {
  ledger = await ledgerWith(['hengyuan', 'qichuan', 'zhengheng'], []);
  const port = governorOf(ledger, 'hengyuan');
  const maker = governorOf(ledger, 'qichuan');
  const assessor = governorOf(ledger, 'zhengheng');
  await ledger.adopt({ action: 'member.admit', member: ledger.participant('dinggu') });
  await ledger.adopt({ action: 'member.admit', member: ledger.participant('yunfan', 'dinggu') });
  for (const tenant of ['anlan', 'xingu'] as const)
    await ledger.adopt({ action: 'member.admit', member: ledger.participant(tenant, 'hengyuan') });
  for (const tenant of ['ruihan', 'lanjie'] as const)
    await ledger.adopt({ action: 'member.admit', member: ledger.participant(tenant, 'qichuan') });
  await port.registersSite('container-terminal-1');
  await maker.registersSite('paint-shop');

  const day = dayOf(instantMs(ledger.now));
  const atSeven = (date: string): string => toInstant(dayStartMs(date) + 7 * 3_600_000);
  const older = (clause: string, company: Name, occurredAt: string, site: string): ImportedFact => ({
    kind: 'violation',
    violation: ledger.id('vio'),
    company: USCC[company],
    site,
    clause,
    occurredAt,
    commitment: COMMITMENT,
  });
  await ledger.adopt({
    action: 'credit.import',
    import: ledger.id('imp'),
    facts: [
      older('no_harness_at_height', 'dinggu', atSeven(addMonths(day, -3)), 'container-terminal-1'),
      older(
        'watch_person_absent',
        'dinggu',
        toInstant(instantMs(atSeven(addMonths(day, -18))) + 86_400_000),
        'container-terminal-1',
      ),
      older('no_helmet', 'dinggu', atSeven(addMonths(day, -1)), 'container-terminal-1'),
      older('confined_space_untested', 'lanjie', atSeven(addMonths(day, -2)), 'container-terminal-1'),
    ],
  });
  await ledger.adopt({ action: 'channel.open' });

  for (const company of CONTRACTORS)
    await assessor.attests(company, 'liability_insurance', {
      validFrom: addMonths(day, -11),
      validTo: company === 'lanjie' ? day : addMonths(day, 1),
    });
  const admission = await maker.admits('ruihan', 'paint-shop');
  ledger.pass({ hours: 1 });
  const violation = await maker.notices('ruihan', 'paint-shop', admission, { clause: 'uncertified_special_work' });
  await contractorOf(ledger, 'ruihan').appeals(violation);

  today = ledger.now;
  tomorrow = ledger.inDays(1);
});

describe('the expected scores of the starting set, computed by hand', () => {
  it.each([
    ['鼎固', 'dinggu', [89, 'green'], [94, 'green']],
    ['锐焊', 'ruihan', [100, 'green'], [100, 'green']],
    ['蓝界', 'lanjie', [85, 'green'], [65, 'amber']],
    ['安澜', 'anlan', [100, 'green'], [100, 'green']],
    ['云帆', 'yunfan', [100, 'green'], [100, 'green']],
    ['新固', 'xingu', [100, 'green'], [100, 'green']],
  ] as const)('%s', async (_, name, now, then) => {
    const scores = [await ledger.score(USCC[name], today), await ledger.score(USCC[name], tomorrow)];
    expect(scores.map(({ score, band }) => [score, band])).toEqual([now, then]);
  });

  it('鼎固’s points each name their fact and when they drop off', async () => {
    const { deductions, nextChangeAt } = await ledger.score(USCC.dinggu, today);
    expect(deductions.map(({ code, points, dropsOffAt }) => [code, points, dropsOffAt])).toEqual([
      ['no_harness_at_height', 5, '2028-02-21T23:00:00.000Z'],
      ['watch_person_absent', 5, '2026-11-22T23:00:00.000Z'],
      ['no_helmet', 1, '2028-04-21T23:00:00.000Z'],
    ]);
    expect(nextChangeAt).toBe('2026-11-22T23:00:00.000Z');
  });

  it('蓝界’s insurance ends tonight at 24:00, UTC+8', async () => {
    expect((await ledger.score(USCC.lanjie, '2026-11-22T15:59:59.999Z')).score).toBe(85);
    const { score, deductions } = await ledger.score(USCC.lanjie, '2026-11-22T16:00:00.000Z');
    expect(score).toBe(65);
    expect(deductions.map(({ kind }) => kind)).toEqual(['insurance_lapsed', 'violation']);
  });

  it('锐焊’s violation is held, and says so', async () => {
    const { inputs } = await ledger.score(USCC.ruihan, today);
    expect(inputs.find(({ fact }) => fact.startsWith('vio_'))?.state).toBe('held');
  });
});
