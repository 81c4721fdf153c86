import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentials } from '../../node/src/contractors/tables.ts';
import { ledgerState, ledgerTransactions } from '../../node/src/ledger/tables.ts';
import { catchUp } from '../support/catchUp.ts';
import { type LongChain, makeLongChain } from '../support/longChain.ts';
import { eachDatabase } from '../support/postgres.ts';

const BLOCKS = 1_000;
const MIGRATIONS = new URL('../../node/drizzle', import.meta.url).pathname;

describe('a new governor’s node on a channel of long standing', () => {
  let chain: LongChain;
  beforeAll(async () => {
    chain = await makeLongChain(BLOCKS);
  });
  afterAll(() => chain?.close());

  it.each(eachDatabase)(
    'catches up with everything and finds every endorsement reproduced ($name)',
    { timeout: 120_000 },
    async (database) => {
      const { db } = await database.open(MIGRATIONS);
      const { blocks, seconds, alarms } = await catchUp(db, chain.ledger);
      process.stdout.write(`${database.name}: ${Math.round(blocks / seconds)} blocks/s of ${blocks}\n`);
      expect([blocks, alarms]).toEqual([BLOCKS, 0]);
      // Block 0 holds the configuration alone; three found the channel.
      expect(await db.select().from(ledgerTransactions)).toHaveLength(BLOCKS - 1);
      expect(await db.$count(ledgerState)).toBeGreaterThan(BLOCKS * 2);
      expect(await db.$count(credentials)).toBe(BLOCKS - 4);
    },
  );
});
