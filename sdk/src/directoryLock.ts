import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { AnlianError } from '@anlian/contracts';

export interface DirectoryLock {
  /** Gives the directory up; again is harmless. */
  release(): void;
}

const SQLITE_BUSY = 5;
const POLL_INTERVAL_MS = 50;

/**
 * Takes a directory for this process alone, and makes it when it is not there. PGlite itself takes no lock, and two
 * engines on one directory silently lose each other's rows.
 *
 * The lock is an exclusive SQLite transaction that is never committed: SQLite holds it as a lock of the operating system
 * on the file (and refuses a second one inside the same process), so it ends with its process, also after `kill -9`; no
 * stale lock is ever guessed from a process id, which may have been given to another process. The file with the id only
 * tells the person who is refused which process to stop.
 *
 * @throws {AnlianError} `data_dir_locked`, at once, while another holder lives.
 */
export function lockDirectory(directory: string): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const holderFile = join(directory, 'lock.pid');
  const lock = new DatabaseSync(join(directory, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY)
      throw refusal(directory, holderFile);
    throw error;
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return {
    release: () => {
      if (lock.isOpen) lock.close();
    },
  };
}

/** As `lockDirectory`, but waits for its turn. */
export async function lockDirectoryInTurn(directory: string): Promise<DirectoryLock> {
  for (;;) {
    try {
      return lockDirectory(directory);
    } catch (error) {
      if (!(error instanceof AnlianError) || error.code !== 'data_dir_locked') throw error;
    }
    await setTimeout(POLL_INTERVAL_MS);
  }
}

function refusal(directory: string, holderFile: string): AnlianError {
  const detail = `${directory} is in use by process ${holder(holderFile)}; stop that process, or name another directory`;
  return new AnlianError('data_dir_locked', { field: 'directory', detail });
}

/** The holder writes its id just after it takes the lock: for a moment the file may be missing. */
function holder(holderFile: string): string {
  try {
    return readFileSync(holderFile, 'utf8').trim();
  } catch {
    return '(unknown)';
  }
}
