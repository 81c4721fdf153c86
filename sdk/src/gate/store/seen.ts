import type { DatabaseSync } from 'node:sqlite';

/** Presentations that this gate has met. */
export interface SeenPresentations {
  has(pass: string, presentedMs: number): boolean;
  remember(pass: string, presentedMs: number): void;
  /** Drops those that are long stale. */
  forgetOld(nowMs: number): void;
}

/** A presentation is stale long before this. */
const REMEMBER_MS = 600_000;

export const openSeen = (db: DatabaseSync): SeenPresentations => {
  const find = db.prepare('SELECT 1 FROM seen WHERE pass = ? AND presented_ms = ?');
  const insert = db.prepare('INSERT OR IGNORE INTO seen VALUES (?, ?)');
  const forget = db.prepare('DELETE FROM seen WHERE presented_ms < ?');
  return {
    has: (pass, presentedMs) => find.get(pass, presentedMs) !== undefined,
    remember: (pass, presentedMs) => {
      insert.run(pass, presentedMs);
    },
    forgetOld: (nowMs) => {
      forget.run(nowMs - REMEMBER_MS);
    },
  };
};
