import { createHmac, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { fromBase64Url, toBase64Url } from '@anlian/contracts';
import { asc } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { Db } from '../db/database.ts';
import { createAllRecorder } from './record.ts';
import { evidence } from './tables.ts';

const MIGRATIONS = fileURLToPath(new URL('../../drizzle', import.meta.url));
/** As many as a gate delivers at once. */
const DECISIONS = Array.from({ length: 500 }, (_, seq) => ({ seq, jws: `a.${seq}.b` }));

const recordAll = createAllRecorder({ clock: () => 0, random: (length) => new Uint8Array(randomBytes(length)) });

describe.each(eachDatabase)('evidence of many things at once ($name)', (database) => {
  let db: Db;
  beforeAll(async () => {
    ({ db } = await database.open(MIGRATIONS));
  });

  const rows = () => db.select().from(evidence).orderBy(asc(evidence.seq));
  const record = (decisions: typeof DECISIONS) =>
    db.transaction((tx) =>
      recordAll(tx, decisions, ({ seq, jws }) => ({ kind: 'gate-decision', record: jws, gate: 'gate-1', seq })),
    );

  it('is nothing for nothing', async () => {
    expect(await record([])).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  it('stands in their order, each with its own id and salt', async () => {
    const recorded = await record(DECISIONS);
    const stored = await rows();
    expect(recorded.map(([decision]) => decision)).toEqual(DECISIONS);
    expect(stored.map((row) => [{ seq: row.gateSeq, jws: row.record }, row.evidence])).toEqual(recorded);
    expect(new Set(stored.map(({ salt }) => salt)).size).toBe(DECISIONS.length);
    for (const { salt, record, commitment } of stored)
      expect(toBase64Url(createHmac('sha256', fromBase64Url(salt)).update(record).digest())).toBe(commitment);
  });
});
