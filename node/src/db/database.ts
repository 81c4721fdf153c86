import { join } from 'node:path';
import { AnlianError } from '@anlian/contracts';
import { lockDirectory } from '@anlian/sdk/directory-lock';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import { endClient, engineClient, serverClient } from './client.ts';
import { ensureCluster } from './cluster.ts';

import { databaseError, loggableDatabaseError } from './errors.ts';
import { applyMigrations } from './migrations.ts';

/** What every store takes. A transaction fits too, so that a store's functions compose inside one. */
export type Db = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>;

/**
 * An open transaction: for functions that must not run outside one. Inside `db.transaction(async (tx) => ...)` use `tx`
 * alone: the embedded database has one connection, and a query on `db` would wait for the transaction that waits for it.
 */
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export interface Database {
  readonly db: Db;
  readonly kind: 'pglite' | 'postgres';
  /** Fsyncs that the embedded engine has done since it was opened; undefined for a server, which counts its own. */
  fsyncCount(): bigint | undefined;
  /** Waits for running queries (at most 5 s), then releases connections, thread and lock. */
  close(): Promise<void>;
}

interface Migrations {
  /** Folder of migrations, as drizzle-kit writes it; those not yet applied are applied. */
  readonly migrationsDir?: string | undefined;
}

export interface ServerOptions extends Migrations {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  readonly connections?: number | undefined;
}

export interface EmbeddedOptions extends Migrations {
  readonly dataDir: string;
  /** Cache folder, shared between nodes on one machine, that makes first starts fast. */
  readonly templateDir?: string | undefined;
  /** Write-ahead log after which the embedded engine vacuums and makes a checkpoint; 64 MiB by default. */
  readonly walLimitBytes?: number | undefined;
}

/**
 * Opens the node's database: a PostgreSQL server by URL, or the embedded PGlite in a directory. Both are reached through
 * the same driver. What a transaction on the embedded one has committed survives a power loss; a server keeps to its own
 * settings.
 *
 * @throws {AnlianError} `data_dir_locked`, `storage_full`, `database_unavailable`; an error in a migration as it is.
 */
export async function openDatabase(options: ServerOptions | EmbeddedOptions): Promise<Database> {
  try {
    return 'url' in options ? await openServer(options) : await openEmbedded(options);
  } catch (error) {
    const code = databaseError(error);
    if (error instanceof AnlianError || code === undefined) throw error;
    throw new AnlianError(code, { detail: loggableDatabaseError(error) ?? code, cause: error });
  }
}

async function openServer({ url, connections = 10, migrationsDir }: ServerOptions): Promise<Database> {
  const first = serverClient(url, 1);
  try {
    await first`select 1`;
    if (migrationsDir) await applyMigrations(first, migrationsDir);
  } finally {
    await endClient(first);
  }
  const client = serverClient(url, connections);
  return { db: drizzle(client), kind: 'postgres', fsyncCount: () => undefined, close: () => endClient(client) };
}

async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { dataDir, templateDir, migrationsDir, walLimitBytes } = options;
  const lock = lockDirectory(dataDir);
  const fsyncs = new BigInt64Array(new SharedArrayBuffer(8));
  const directory = join(dataDir, 'cluster');
  const engine = engineClient({ directory, fsyncs, walLimitBytes });
  const { client } = engine;
  const close = () => engine.close().finally(lock.release);
  try {
    await ensureCluster(directory, { templateDir, migrationsDir });
    await client`select 1`;
    if (migrationsDir) await applyMigrations(client, migrationsDir);
  } catch (error) {
    await close();
    throw error;
  }
  return { db: drizzle(client), kind: 'pglite', fsyncCount: () => Atomics.load(fsyncs, 0), close };
}
