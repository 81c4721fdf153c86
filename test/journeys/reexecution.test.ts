import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { type Parts, partsOf } from '../support/parts.ts';
import { until } from '../support/until.ts';

describe('the chain of the starting set, run again by every governor’s node', { timeout: 240_000 }, () => {
  const home = copyOfLoadedHome();
  let parts: Parts;

  beforeAll(async () => {
    parts = partsOf(home.dir, home.firstPort);
    await parts.startAll();
  }, 240_000);
  afterAll(async () => {
    await parts?.stopAll();
    home.remove();
  });

  const metric = async (member: string, name: string): Promise<number> => {
    const { text } = await parts.people.nobody(member).send({ path: '/metrics' });
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };

  it('gives no alarm, from the first block to the last', async () => {
    const { height } = await governorsLedger(home.dir, parts.plan).describe();
    expect(height).toBeGreaterThan(20);
    for (const { member, kind } of parts.plan.members) {
      if (kind !== 'governor') continue;
      await until(
        `${member} has run everything again`,
        async () => (await metric(member, 'anlian_ledger_reexecuted_height')) >= height,
      );
      expect(await metric(member, 'anlian_ledger_endorsement_alarms_total'), member).toBe(0);
      const { items } = await parts.people.person(member, 'auditor').api.listLedgerAlarms({});
      expect(items, member).toEqual([]);
    }
  });

  it('is not run by a participant’s node, which sees only what concerns it', async () => {
    for (const { member, kind } of parts.plan.members)
      if (kind === 'participant') expect(await metric(member, 'anlian_ledger_reexecuted_height'), member).toBe(0);
  });
});
