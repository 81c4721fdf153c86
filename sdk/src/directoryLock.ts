import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AnlianError } from '@anlian/contracts';

const LOCK_FILE = 'lock.sqlite';

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a directory for this process, and makes it where it does not exist. The lock is SQLite's own on a file in it, so
 * it ends with the process, however that ends, and also holds against a second taker in the same process. Throws
 * `data_dir_locked`.
 */
export const lockDirectory = (directory: string): DirectoryLock => {
  mkdirSync(directory, { recursive: true });
  const database = new DatabaseSync(join(directory, LOCK_FILE));
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    throw new AnlianError('data_dir_locked', { field: 'directory', detail: 'another process holds its lock', cause });
  }
  return { release: () => database.close() };
};
