import type { DatabaseSync } from 'node:sqlite';
import { AnlianError, DAY_MS } from '@anlian/contracts';

/** A decision that waits for somebody. That it timed out follows from time, and is never written. */
export interface PendingHold {
  readonly seq: number;
  readonly owner: 'supervisor' | 'administrator';
  readonly direction: 'in' | 'out';
  readonly pass: string | null;
  readonly atMs: number;
  readonly untilMs: number;
  readonly state: 'waiting' | 'timed_out';
}

export interface Holds {
  /** Unanswered holds, oldest first; those that timed out stay for a day, since somebody was sent away. */
  pending(nowMs: number): PendingHold[];
  /** The hold that an answer is for. Throws `not_found`, or `invalid_transition` when it is no hold, was answered or timed out. */
  answerable(seq: number, nowMs: number): { direction: 'in' | 'out'; pass: string | null };
}

const KEEP_TIMED_OUT_MS = DAY_MS;

const refuse = (detail: string): never => {
  throw new AnlianError('invalid_transition', { field: 'seq', detail });
};

export const openHolds = (db: DatabaseSync): Holds => {
  const unanswered = db.prepare(
    `SELECT * FROM decision AS held WHERE hold_until_ms > ?
       AND NOT EXISTS (SELECT 1 FROM decision WHERE answers = held.seq) ORDER BY seq`,
  );
  const one = db.prepare('SELECT direction, pass, hold_until_ms FROM decision WHERE seq = ?');
  const answer = db.prepare('SELECT seq FROM decision WHERE answers = ?');
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const direction = (value: unknown): 'in' | 'out' => (value === 'out' ? 'out' : 'in');
  return {
    pending: (nowMs) =>
      unanswered.all(nowMs - KEEP_TIMED_OUT_MS).map((row) => ({
        seq: Number(row.seq),
        owner: row.hold_owner === 'administrator' ? 'administrator' : 'supervisor',
        direction: direction(row.direction),
        pass: text(row.pass),
        atMs: Number(row.at_ms),
        untilMs: Number(row.hold_until_ms),
        state: nowMs < Number(row.hold_until_ms) ? 'waiting' : 'timed_out',
      })),
    answerable: (seq, nowMs) => {
      const row = one.get(seq);
      if (row === undefined) throw new AnlianError('not_found', { field: 'seq' });
      if (row.hold_until_ms === null) return refuse('that decision is no hold');
      if (answer.get(seq) !== undefined) return refuse('the hold was answered before');
      if (nowMs >= Number(row.hold_until_ms)) return refuse('the hold timed out; present again');
      return { direction: direction(row.direction), pass: text(row.pass) };
    },
  };
};
