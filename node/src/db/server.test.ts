import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../test/support/ports.ts';
import { eachDatabase, emptyPostgresql } from '../../../test/support/postgres.ts';
import { type Database, openDatabase } from './database.ts';
import { databaseError } from './errors.ts';

const available = eachDatabase.some(({ name }) => name === 'postgresql');

describe.runIf(available)('PostgreSQL server', () => {
  let url: string;
  let database: Database;
  beforeAll(async () => {
    ({ url } = await emptyPostgresql());
    database = await openDatabase({ url, connections: 2 });
  });
  afterAll(() => database?.close());

  it('gives a coded error when the connection is lost, and connects again', async () => {
    const lost = await database.db
      .execute(sql`select pg_terminate_backend(pg_backend_pid())`)
      .catch((error: unknown) => error);
    expect(databaseError(lost)).toBe('database_unavailable');
    expect(await database.db.execute(sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
  });

  it('refuses to open with a coded error, and never quotes the password', async () => {
    const wrong = [
      url.replace(/:\d+\//, `:${await freePort()}/`),
      url.replace(/\/[^/]*$/, '/no_such_database'),
      url.replace(':postgres@', ':wrong-secret@'),
    ];
    for (const address of wrong) {
      const error = await openDatabase({ url: address }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'database_unavailable' });
      expect(String(error)).not.toContain('wrong-secret');
    }
  });

  it('is migrated once by nodes that start together', async () => {
    const migrationsDir = mkdtempSync(join(tmpdir(), 'anlian-migrations-'));
    mkdirSync(join(migrationsDir, 'meta'));
    writeFileSync(join(migrationsDir, '0.sql'), 'create table once (id integer)');
    const entries = [{ idx: 0, version: '7', when: 1, tag: '0', breakpoints: true }];
    writeFileSync(join(migrationsDir, 'meta', '_journal.json'), JSON.stringify({ entries }));
    const nodes = await Promise.all([1, 2, 3].map(() => openDatabase({ url, migrationsDir, connections: 1 })));
    const [row] = await database.db.execute(sql`select count(*)::int as n from drizzle.__drizzle_migrations`);
    expect(row).toEqual({ n: 1 });
    await Promise.all(nodes.map((node) => node.close()));
    rmSync(migrationsDir, { recursive: true });
  });
});
