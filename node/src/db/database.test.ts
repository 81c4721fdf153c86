import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { count, eq, sql } from 'drizzle-orm';
import { bigint, customType, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { type Database, type Db, openDatabase } from './database.ts';
import { databaseError, isUniqueViolation } from './errors.ts';

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const samples = pgTable('samples', {
  id: integer().primaryKey(),
  name: text().notNull(),
  size: bigint({ mode: 'bigint' }),
  body: jsonb(),
  tags: text().array(),
  raw: bytea(),
  at: timestamp({ withTimezone: true, precision: 3 }),
});
const FIRST = `create table samples (id integer primary key, name text not null, size bigint, body jsonb, tags text[],
  raw bytea, at timestamptz(3));\n--> statement-breakpoint\ncreate unique index samples_name_unique on samples (name);`;

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A folder of migrations as drizzle-kit writes it. */
function migrations(...statements: string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'anlian-migrations-'));
  directories.push(directory);
  mkdirSync(join(directory, 'meta'));
  const entries = statements.map((statement, idx) => {
    writeFileSync(join(directory, `${idx}.sql`), statement);
    return { idx, version: '7', when: idx + 1, tag: `${idx}`, breakpoints: true };
  });
  writeFileSync(
    join(directory, 'meta', '_journal.json'),
    JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
  );
  return directory;
}

const size = async (db: Db) => (await db.select({ rows: count() }).from(samples))[0]?.rows;

describe.each(eachDatabase)('database on $name', ({ name, open }) => {
  let database: Database;
  let db: Db;
  beforeAll(async () => {
    database = await open(migrations(FIRST));
    db = database.db;
  });

  it('says what it is', () => {
    expect(database.kind).toBe(name === 'pglite' ? 'pglite' : 'postgres');
  });

  it('returns every type as it was given', async () => {
    const row = {
      id: 1,
      name: "安链 'quoted' \\ \u{1F9EF} line\nbreak",
      size: 2n ** 62n,
      body: { 甲: [1, null, 'x'], nested: { deep: true } },
      tags: ['动火', 'with,comma', 'with"quote', ''],
      raw: Buffer.from([0, 255, 39, 92]),
      at: new Date('2026-11-22T15:59:59.123Z'),
    };
    await db.insert(samples).values(row);
    expect(await db.select().from(samples).where(eq(samples.id, 1))).toEqual([row]);
    await db.delete(samples);
  });

  it('lets nobody else into a transaction, also after a statement that the connection took in pieces', async () => {
    const others: Promise<unknown>[] = [];
    const undone = db.transaction(async (tx) => {
      await tx.insert(samples).values({ id: 1, name: 'large', body: 'x'.repeat(1_000_000) });
      others.push(db.insert(samples).values({ id: 2, name: 'outside' }).execute());
      // The connection has time to be given away while the transaction has nothing to say.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      await tx.insert(samples).values({ id: 3, name: 'later' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await Promise.all(others);
    expect((await db.select({ id: samples.id }).from(samples)).map(({ id }) => id)).toEqual([2]);
    await db.delete(samples);
  });

  it('carries a parameter and an answer of eight megabytes', async () => {
    const long = '安'.repeat(2_700_000);
    const [row] = await db.execute<{ twice: string }>(sql`select ${long}::text || ${'!'}::text as twice`);
    expect(row?.twice).toBe(`${long}!`);
    const rows = await db.execute(sql`select repeat('x', 1000) as text from generate_series(1, 8000)`);
    expect(rows).toHaveLength(8000);
  });

  it('inserts any number of rows in one statement', async () => {
    for (const rows of [1, 2, 3000]) {
      await db.insert(samples).values(Array.from({ length: rows }, (_, id) => ({ id, name: `row ${id}` })));
      expect(await size(db)).toBe(rows);
      await db.delete(samples);
    }
  });

  it('takes a transaction back as a whole, and a nested one alone', async () => {
    const stop = new Error('stop');
    const failing = db.transaction(async (tx) => {
      await tx.insert(samples).values({ id: 1, name: 'one' });
      throw stop;
    });
    await expect(failing).rejects.toBe(stop);
    expect(await size(db)).toBe(0);

    await db.transaction(async (tx) => {
      await tx.insert(samples).values({ id: 1, name: 'kept' });
      const inner = tx.transaction(async (nested) => {
        await nested.insert(samples).values({ id: 2, name: 'dropped' });
        throw stop;
      });
      await expect(inner).rejects.toBe(stop);
      await tx.insert(samples).values({ id: 3, name: 'kept too' });
    });
    expect((await db.select({ id: samples.id }).from(samples).orderBy(samples.id)).map(({ id }) => id)).toEqual([1, 3]);
    await db.delete(samples);
  });

  it('keeps 40 transactions at once apart', async () => {
    await db.insert(samples).values({ id: 0, name: 'counter', size: 0n });
    const increment = () =>
      db.transaction(async (tx) => {
        const [row] = await tx.select().from(samples).where(eq(samples.id, 0)).for('update');
        await tx
          .update(samples)
          .set({ size: row!.size! + 1n })
          .where(eq(samples.id, 0));
      });
    await Promise.all(Array.from({ length: 40 }, increment));
    expect((await db.select().from(samples))[0]?.size).toBe(40n);
    await db.delete(samples);
  });

  it('goes on after a failed statement, and names the broken constraint', async () => {
    await db.insert(samples).values({ id: 1, name: 'same' });
    const error = await db
      .insert(samples)
      .values({ id: 2, name: 'same' })
      .catch((reason: unknown) => reason);
    expect(isUniqueViolation(error, 'samples_name_unique')).toBe(true);
    expect(databaseError(error)).toBeUndefined();
    await expect(db.execute(sql`select nonsense`)).rejects.toThrow();
    expect(await size(db)).toBe(1);
    await db.delete(samples);
  });

  it('shows times in UTC whatever the server is set to', async () => {
    expect(await db.execute(sql`show timezone`)).toMatchObject([{ TimeZone: 'UTC' }]);
  });
});

describe.each(eachDatabase)('migrations on $name', ({ place }) => {
  it('applies what is missing, in one transaction, once', async () => {
    const where = await place();
    const open = (...statements: string[]) => openDatabase({ ...where, migrationsDir: migrations(...statements) });

    await expect(open(FIRST, 'create table half (id integer)', 'create nonsense')).rejects.toThrow(/create nonsense/);
    const first = await open(FIRST);
    await first.db.insert(samples).values({ id: 1, name: 'kept' });
    expect(await first.db.execute(sql`select to_regclass('half') as half`)).toMatchObject([{ half: null }]);
    await first.close();

    const second = await open(FIRST, 'alter table samples add column extra text');
    expect(await second.db.execute(sql`select name, extra from samples`)).toMatchObject([
      { name: 'kept', extra: null },
    ]);
    expect(await second.db.execute(sql`select count(*)::int as n from drizzle.__drizzle_migrations`)).toMatchObject([
      { n: 2 },
    ]);
    await second.close();
  });
});
