import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AnlianError } from '@anlian/contracts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pack (
  generation INTEGER PRIMARY KEY, digest TEXT NOT NULL, header TEXT NOT NULL, current INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS pack_row (
  generation INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, line TEXT NOT NULL,
  UNIQUE (generation, kind, id)
) STRICT;
CREATE TABLE IF NOT EXISTS decision (
  seq INTEGER PRIMARY KEY, jws TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL,
  direction TEXT NOT NULL, pass TEXT, hold_owner TEXT, hold_until_ms INTEGER, answers INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS decision_hold ON decision (hold_until_ms) WHERE hold_until_ms IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS decision_answers ON decision (answers) WHERE answers IS NOT NULL;
CREATE TABLE IF NOT EXISTS seen (
  pass TEXT NOT NULL, presented_ms INTEGER NOT NULL, PRIMARY KEY (pass, presented_ms)
) STRICT, WITHOUT ROWID;
`;

/** https://www.sqlite.org/rescode.html, primary codes in the low byte. */
const SQLITE = { BUSY: 5, FULL: 13 } as const;

const primaryCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;

const isFull = (error: unknown): boolean =>
  primaryCode(error) === SQLITE.FULL || (error instanceof Error && 'code' in error && error.code === 'ENOSPC');

/** A full disk as `storage_full`; everything else as it is. */
export const asStorageError = (error: unknown): unknown =>
  isFull(error) ? new AnlianError('storage_full', { cause: error }) : error;

/** The database's name in a gate's directory. */
export const DATABASE_FILE = 'gate.sqlite';

/**
 * The gate's database. SQLite's exclusive locking mode holds an operating-system lock for as long as the process lives, also
 * against `kill -9`, so a second gate on the same directory is refused and no stale lock is ever guessed at.
 * @throws {AnlianError} `data_dir_locked`, `storage_full`
 */
export const openDatabase = (directory: string): DatabaseSync => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(directory, DATABASE_FILE), { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT;`);
  } catch (error) {
    db.close();
    if (primaryCode(error) === SQLITE.BUSY)
      throw new AnlianError('data_dir_locked', { field: 'dir', detail: `${directory} is in use by another gate` });
    throw asStorageError(error);
  }
  return db;
};

/** Runs `work` in one transaction: all of it is durable when this returns, or none of it is there. */
export const transaction = <T>(db: DatabaseSync, work: () => T): T => {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw asStorageError(error);
  }
};
