import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { lockDirectoryInTurn } from '@anlian/sdk/directory-lock';
import { engineClient } from './client.ts';
import { applyMigrations } from './migrations.ts';

const SYNC_BATCH = 64;

export interface ClusterOptions {
  /** Cache folder, shared between nodes on one machine. */
  readonly templateDir?: string | undefined;
  /** What the template has applied already. */
  readonly migrationsDir?: string | undefined;
}

/**
 * Makes the cluster `directory`, without rows, unless it is there. With a cache folder `templateDir` it is a copy of the one
 * made there before, migrations included, in a tenth of the time. It appears whole or not at all: a start that is killed
 * half way leaves a partial directory, which the next start throws away. The caller holds the lock on the data directory.
 */
export async function ensureCluster(
  directory: string,
  { templateDir, migrationsDir }: ClusterOptions = {},
): Promise<void> {
  if (existsSync(directory)) return;
  await appear(directory, async (partial) => {
    if (templateDir) cpSync(await ensureTemplate(templateDir, migrationsDir), partial, { recursive: true });
    else await initialise(partial);
  });
}

/** The template's path, made when it is not there. Of several nodes that start together one makes it, and the others wait for it. */
export async function ensureTemplate(templateDir: string, migrationsDir: string | undefined): Promise<string> {
  const lock = await lockDirectoryInTurn(templateDir);
  try {
    const template = join(templateDir, `cluster-${fingerprint(migrationsDir)}`);
    if (!existsSync(template)) await appear(template, (partial) => initialise(partial, migrationsDir));
    return template;
  } finally {
    lock.release();
  }
}

async function initialise(directory: string, migrationsDir?: string): Promise<void> {
  const { client, close } = engineClient({ directory, fsyncs: new BigInt64Array(new SharedArrayBuffer(8)) });
  try {
    await client`select 1`;
    if (migrationsDir) await applyMigrations(client, migrationsDir);
  } finally {
    await close();
  }
}

async function appear(directory: string, make: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${directory}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    await make(partial);
    await syncTree(partial);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
  renameSync(partial, directory);
  await syncEntry(dirname(directory), true);
}

/** A cluster fits the build of the engine that made it; a template also the migrations that it holds. */
function fingerprint(migrationsDir: string | undefined): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const hash = createHash('sha256').update(readFileSync(join(dirname(entry), '..', 'package.json')));
  if (migrationsDir)
    for (const file of readdirSync(migrationsDir).sort())
      if (file.endsWith('.sql')) hash.update(file).update(readFileSync(join(migrationsDir, file)));
  return hash.digest('hex').slice(0, 16);
}

/** In batches: fsyncs that wait together share one commit of the file system's journal. */
async function syncTree(directory: string): Promise<void> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  for (let start = 0; start < entries.length; start += SYNC_BATCH) {
    const batch = entries.slice(start, start + SYNC_BATCH);
    await Promise.all(batch.map((entry) => syncEntry(join(entry.parentPath, entry.name), entry.isDirectory())));
  }
  await syncEntry(directory, true);
}

async function syncEntry(path: string, isDirectory: boolean): Promise<void> {
  // Windows has no fsync of a directory; its metadata journal keeps renames in order.
  if (isDirectory && process.platform === 'win32') return;
  const file = await open(path, isDirectory ? 'r' : 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
