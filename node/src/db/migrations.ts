import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';

/** Any constant does; it must stay the same in every release. */
const MIGRATION_LOCK = 0x616e6c69;

/**
 * Applies, in one transaction, the migrations of `directory` (as drizzle-kit writes them) that this database does not
 * have yet. `client` must have a single connection: two nodes on one server take turns by a lock of the session.
 */
export async function applyMigrations(client: Sql, directory: string): Promise<void> {
  const db = drizzle(client);
  await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
  try {
    await migrate(db, { migrationsFolder: directory });
  } finally {
    await db.execute(sql`select pg_advisory_unlock(${MIGRATION_LOCK})`);
  }
}
