import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineClient } from './client.ts';
import { ensureCluster, ensureTemplate } from './cluster.ts';
import { type Database, openDatabase } from './database.ts';

const root = mkdtempSync(join(tmpdir(), 'anlian-engine-'));
const templateDir = join(root, 'template');
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
const newCounter = () => new BigInt64Array(new SharedArrayBuffer(8));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

/** For what takes seconds on an idle machine: several processes share its cores with other tests. */
const LONG = { timeout: 120_000 };

describe('embedded engine', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase({ dataDir: join(root, 'main'), templateDir, walLimitBytes: 4 * 1024 * 1024 });
    await database.db.execute(sql`create table numbers (n integer not null, text text)`);
  });
  afterAll(() => database?.close());

  it('has its log on the disk before it acknowledges a commit', async () => {
    for (let n = 0; n < 20; n += 1) {
      const before = database.fsyncCount()!;
      await database.db.execute(sql`insert into numbers values (${n})`);
      expect(database.fsyncCount()!).toBeGreaterThan(before);
    }
    const before = database.fsyncCount();
    await database.db.execute(sql`select * from numbers`);
    expect(database.fsyncCount()).toBe(before);
  });

  it('runs with the settings that durability needs', async () => {
    const [row] = await database.db.execute(sql`select current_setting('fsync') as fsync,
      current_setting('wal_sync_method') as method, current_setting('synchronous_commit') as commit,
      current_setting('full_page_writes') as pages`);
    expect(row).toEqual({ fsync: 'on', method: 'fsync', commit: 'on', pages: 'on' });
  });

  it('does not stall the event loop with a large query', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await database.db.execute(sql`select sum(a * a) from generate_series(1, 1500000::bigint) a`);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20);
  });

  it('keeps its log short', LONG, async () => {
    for (let round = 0; round < 25; round += 1) {
      await database.db.execute(
        sql`insert into numbers select n, repeat(md5(n::text), 30) from generate_series(1, 2500) n`,
      );
      await database.db.execute(sql`delete from numbers where text is not null`);
    }
    const wal = join(root, 'main', 'cluster', 'pg_wal');
    const bytes = readdirSync(wal).reduce((sum, name) => sum + statSync(join(wal, name)).size, 0);
    const [row] = await database.db.execute<{ written: string }>(sql`select pg_current_wal_lsn() - '0/0' as written`);
    expect(Number(row!.written)).toBeGreaterThan(60 * 1024 * 1024);
    expect(bytes).toBeLessThan(40 * 1024 * 1024);
  });

  it('refuses a second connection, and the first goes on', async () => {
    const directory = join(root, 'single');
    await ensureCluster(directory, { templateDir });
    const { client, close } = engineClient({ directory, fsyncs: newCounter() });
    await client`select 1`;
    await expect(client.listen('channel', () => {})).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await client`select 2 as two`).toMatchObject([{ two: 2 }]);
    await close();
  });

  it('is refused to a second opener of the same directory, who is told which process holds it', async () => {
    const second = openDatabase({ dataDir: join(root, 'main') });
    await expect(second).rejects.toMatchObject({
      code: 'data_dir_locked',
      detail: expect.stringContaining(`${process.pid}`),
    });
  });

  it('finishes what was asked before it closes', async () => {
    const dataDir = join(root, 'closing');
    const first = await openDatabase({ dataDir, templateDir });
    await first.db.execute(sql`create table late (n integer)`);
    const writes = Promise.all(
      Array.from({ length: 50 }, (_, n) => first.db.execute(sql`insert into late values (${n})`)),
    );
    await new Promise(setImmediate);
    await Promise.all([writes, first.close()]);
    const second = await openDatabase({ dataDir });
    expect(await second.db.execute(sql`select count(*)::int as n from late`)).toMatchObject([{ n: 50 }]);
    await second.close();
  });
});

describe('first start', () => {
  it('throws away what a killed first start left', async () => {
    const dataDir = join(root, 'killed');
    mkdirSync(join(dataDir, 'cluster.partial', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'cluster.partial', 'base', 'torn'), '');
    const database = await openDatabase({ dataDir, templateDir });
    expect(await database.db.execute(sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
    await database.close();
    expect(existsSync(join(dataDir, 'cluster', 'base', 'torn'))).toBe(false);
    expect(existsSync(join(dataDir, 'cluster.partial'))).toBe(false);
  });

  it('refuses a damaged directory with a coded error, and gives the lock back', async () => {
    const dataDir = join(root, 'damaged');
    const healthy = await openDatabase({ dataDir, templateDir });
    await healthy.close();
    rmSync(join(dataDir, 'cluster', 'global', 'pg_control'));
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const refusal = { code: 'database_unavailable', detail: expect.stringMatching(/(FATAL|PANIC): /) };
      await expect(openDatabase({ dataDir })).rejects.toMatchObject(refusal);
    }
  });

  it('makes one template for nodes that start together', LONG, async () => {
    const together = join(root, 'together');
    const nodes = await Promise.all(
      ['a', 'b', 'c'].map((name) => openDatabase({ dataDir: join(root, name), templateDir: together })),
    );
    for (const { db } of nodes) expect(await db.execute(sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
    await Promise.all(nodes.map((node) => node.close()));
    expect(readdirSync(together).filter((name) => name.startsWith('cluster-'))).toHaveLength(1);
  });
});

describe('a template that holds the migrations', () => {
  const migrationsDir = join(import.meta.dirname, '..', '..', 'drizzle');
  const applied = sql`select hash from drizzle.__drizzle_migrations order by id`;
  const templates = () => readdirSync(templateDir).filter((name) => name.startsWith('cluster-'));

  it('is copied with its tables, and applies nothing twice', LONG, async () => {
    const expected = readdirSync(migrationsDir).filter((name) => name.endsWith('.sql')).length;
    await ensureCluster(join(root, 'migrated', 'cluster'), { templateDir, migrationsDir });
    const plain = await openDatabase({ dataDir: join(root, 'migrated') });
    expect(await plain.db.execute(applied)).toHaveLength(expected);
    await plain.close();
    const migrated = await openDatabase({ dataDir: join(root, 'migrated'), templateDir, migrationsDir });
    expect(await migrated.db.execute(applied)).toHaveLength(expected);
    await migrated.close();
  });

  it('is another one after a release with other migrations', LONG, async () => {
    const later = join(root, 'later');
    cpSync(migrationsDir, later, { recursive: true });
    await ensureTemplate(templateDir, migrationsDir);
    const before = templates().length;
    writeFileSync(join(later, '9999_added.sql'), 'select 1;');
    await ensureTemplate(templateDir, later);
    expect(templates()).toHaveLength(before + 1);
  });
});

describe('power of the process is cut', () => {
  it('has every acknowledged row exactly once after each of three kill -9', LONG, async () => {
    const dataDir = join(root, 'kill');
    await (await openDatabase({ dataDir, templateDir })).close();
    let acknowledged = 0;
    for (let round = 0; round < 3; round += 1) {
      const child = spawn(process.execPath, [fixture('commitLoop'), dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      acknowledged = await lastLineBeforeKill(child, 150 + 37 * round);
    }
    const { db, close } = await openDatabase({ dataDir });
    const rows = await db.execute<{ number: number }>(sql`select number from acknowledged order by number`);
    await close();
    // The last round may have committed one more row whose acknowledgement nobody read.
    const expected = Array.from({ length: rows.length }, (_, index) => index + 1);
    expect(rows.map(({ number }) => number)).toEqual(expected);
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(500);
  });
});

/** Reads `lines` acknowledgements, kills, reads what was still in the pipe, and returns the last number. */
async function lastLineBeforeKill(child: ChildProcess, lines: number): Promise<number> {
  let last = 0;
  let read = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    last = Number(line);
    read += 1;
    if (read === lines) child.kill('SIGKILL');
  }
  if (child.signalCode === null) await once(child, 'exit');
  return last;
}

const namespaces = spawnSync('unshare', ['--mount', '--map-root-user', 'true']).status === 0;

describe.runIf(namespaces)('disk full (a mount namespace gives a small disk)', () => {
  it('gives storage_full, loses nothing acknowledged, and goes on when there is room', LONG, () => {
    const disk = join(root, 'disk');
    mkdirSync(disk);
    const run = `mount -t tmpfs -o size=120m tmpfs ${disk} && exec ${process.execPath} ${fixture('fullDisk')} ${disk} ${templateDir}`;
    const output = execFileSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', run], {
      encoding: 'utf8',
      timeout: 110_000,
    });
    const { refusals, acknowledged, numbers } = JSON.parse(output);
    expect(refusals).toEqual(['storage_full', 'storage_full', 'storage_full']);
    expect(acknowledged).toBeGreaterThan(3);
    expect(numbers).toEqual(Array.from({ length: acknowledged }, (_, index) => index + 1));
  });
});
