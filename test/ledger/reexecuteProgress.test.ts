import { describe, expect, it } from 'vitest';
import { evidence } from '../../node/src/evidence/tables.ts';
import type { Projector } from '../../node/src/ledger/project.ts';
import { ledgerCheckpoint, ledgerTransactions } from '../../node/src/ledger/tables.ts';
import { sites } from '../../node/src/network/tables.ts';
import { eachDatabase } from '../support/postgres.ts';
import { BLOCKS, FORGED, FORGED_SITE, keepSites, otherValue, SITES, written } from '../support/reexecution.ts';
import { reexecutionScene, withForged } from '../support/reexecutionScene.ts';

describe.each(eachDatabase)('what was run again ($name)', (database) => {
  const { chain, node } = reexecutionScene(database);

  it.each(Array.from({ length: BLOCKS }, (_, stop) => stop + 1))(
    'neither repeats nor loses anything when it is stopped after %i blocks',
    async (stop) => {
      const blocks = await withForged(chain(), otherValue);
      await node().followAll(blocks.slice(0, stop));
      await node().followAll(blocks);
      expect(await node().alarms()).toHaveLength(1);
      expect(await node().state()).toEqual(written(blocks));
      expect(await node().db.select().from(sites)).toHaveLength(SITES);
    },
  );

  it('keeps alarm, state and projection together when the database fails in the midst', async () => {
    const blocks = await withForged(chain(), otherValue);
    let failures = 0;
    const failing: Projector = {
      'site.registered': async (_tx, { site }) => {
        if (site !== FORGED_SITE || failures >= 3) return;
        failures += 1;
        throw new Error('no');
      },
    };
    await node().followAll(blocks, { projectors: [keepSites, failing] });
    expect(failures).toBe(3);
    expect(await node().alarms()).toHaveLength(1);
    expect(await node().db.select().from(evidence)).toHaveLength(1);
    expect(await node().state()).toEqual(written(blocks));
  });

  it('runs nothing again that it has run, though the blocks come again', async () => {
    const blocks = await withForged(chain(), otherValue);
    await node().followAll(blocks);
    for (const table of [ledgerCheckpoint, ledgerTransactions, sites]) await node().db.delete(table);
    await node().followAll([...blocks]);
    expect(await node().alarms()).toHaveLength(1);
    expect(await node().state()).toEqual(written(blocks));
    expect(await node().db.select().from(sites)).toHaveLength(SITES);
  });

  it('runs again what was projected before it began to do so, and projects nothing twice', async () => {
    const blocks = await withForged(chain(), otherValue);
    await node().followAll(blocks.slice(0, FORGED + 2), { again: false });
    expect(await node().alarms()).toEqual([]);
    await node().followAll(blocks);
    expect(await node().alarms()).toMatchObject([{ blockNumber: FORGED }]);
    expect(await node().db.select().from(sites)).toHaveLength(SITES);
    expect(await node().state()).toEqual(written(blocks));
  });
});
