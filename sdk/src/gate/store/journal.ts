import type { DatabaseSync } from 'node:sqlite';
import type { Digest } from '@anlian/contracts';
import { asStorageError } from './database.ts';

/** Where the next decision stands in the gate's chain. */
export interface Place {
  readonly seq: number;
  /** Digest of the JWS before it; null for the first. */
  readonly previous: Digest | null;
}

/** A decision as it is stored; the columns beside the JWS are for finding it again. */
export interface Entry {
  readonly jws: string;
  readonly digest: Digest;
  readonly kind: 'presentation' | 'release' | 'emergency';
  readonly atMs: number;
  readonly direction: 'in' | 'out';
  readonly pass: string | null;
  readonly hold: { readonly owner: 'supervisor' | 'administrator'; readonly untilMs: number } | null;
  /** The number of the hold that this answers. */
  readonly answers: number | null;
}

/** What one decision is to be stored as, and what its asker gets once it is. */
export interface Made<T> {
  readonly entry: Entry;
  readonly result: T;
}

interface Job {
  readonly run: (place: Place) => { entry: Entry; done: () => void };
  readonly reject: (error: unknown) => void;
}

/**
 * The chain of decisions. Each `append` resolves once its decision is durable; those that wait at the same moment share one
 * commit, so several lanes cost one flush of the disk.
 */
export interface Journal {
  /** `make` runs inside the transaction, synchronously, and sees what the entries before it wrote. When it throws, nothing of it stays. */
  append<T>(make: (place: Place) => Made<T>): Promise<T>;
  lastSeq(): number;
}

/** The record that the chain begins with, as compact JWS; null while there is none. */
export const firstRecord = (db: DatabaseSync): string | null => {
  const row = db.prepare('SELECT jws FROM decision ORDER BY seq LIMIT 1').get();
  return row === undefined ? null : String(row.jws);
};

const firstPlace: Place = { seq: 1, previous: null };

export const openJournal = (db: DatabaseSync): Journal => {
  const last = db.prepare('SELECT seq, digest FROM decision ORDER BY seq DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const nextPlace = (): Place => {
    const row = last.get();
    return row === undefined ? firstPlace : { seq: Number(row.seq) + 1, previous: String(row.digest) };
  };
  let place = nextPlace();
  let waiting: Job[] = [];

  const store = (entry: Entry, { seq }: Place): Place => {
    const { jws, digest, kind, atMs, direction, pass, hold, answers } = entry;
    insert.run(seq, jws, digest, kind, atMs, direction, pass, hold?.owner ?? null, hold?.untilMs ?? null, answers);
    return { seq: seq + 1, previous: digest };
  };

  /** A job that throws is undone and refused alone; a write that fails refuses the whole batch. */
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    const settled: (() => void)[] = [];
    try {
      let next = place;
      db.exec('BEGIN IMMEDIATE');
      for (const { run, reject } of batch) {
        db.exec('SAVEPOINT job');
        try {
          const { entry, done } = run(next);
          next = store(entry, next);
          settled.push(done);
        } catch (error) {
          if (!db.isTransaction) throw error;
          db.exec('ROLLBACK TO job');
          settled.push(() => reject(asStorageError(error)));
        }
        db.exec('RELEASE job');
      }
      db.exec('COMMIT');
      place = next;
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      for (const { reject } of batch) reject(asStorageError(error));
      return;
    }
    for (const settle of settled) settle();
  };

  return {
    append: <T>(make: (place: Place) => Made<T>) =>
      new Promise<T>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        const run = (at: Place) => {
          const { entry, result } = make(at);
          return { entry, done: () => resolve(result) };
        };
        waiting.push({ run, reject });
      }),
    lastSeq: () => place.seq - 1,
  };
};
