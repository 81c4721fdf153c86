import type { DatabaseSync } from 'node:sqlite';
import { AnlianError } from '@anlian/contracts';
import { transaction } from './store/database.ts';
import type { Meta } from './store/meta.ts';

/** What a node answers to a batch: everything up to a number is durable there, or it asks to begin elsewhere. */
export type UploadAnswer = { readonly upTo: number } | { readonly expected: number };

/** Sends decisions in the order of their numbers. Rejects when nothing is known of what became of them. */
export type Uploader = (decisions: readonly string[]) => Promise<UploadAnswer>;

const BATCH = 200;

/**
 * Sends what was not acknowledged yet, in order. Safe to repeat: when an answer was lost the same decisions go again, and the node
 * knows them by number and digest. A node restored from a backup asks for earlier ones and gets them.
 * @returns how far the node has everything
 * @throws {AnlianError} `decision_fork` when the node has decisions that this gate never made, `decision_gap` when it asks in a circle
 */
export const uploadDecisions = async (db: DatabaseSync, meta: Meta, send: Uploader): Promise<number> => {
  const batch = db.prepare('SELECT seq, jws FROM decision WHERE seq > ? ORDER BY seq LIMIT ?');
  const last = db.prepare('SELECT coalesce(max(seq), 0) AS seq FROM decision');
  const lastSeq = (): number => Number(last.get()?.seq);
  const acknowledge = (seq: number): void => {
    if (seq > lastSeq())
      throw new AnlianError('decision_fork', { detail: `the node has number ${seq}, this gate made ${lastSeq()}` });
    transaction(db, () => meta.set('acknowledged', seq));
  };
  const asked = new Set<number>();
  for (;;) {
    const acknowledged = meta.number('acknowledged') ?? 0;
    const rows = batch.all(acknowledged, BATCH);
    if (rows.length === 0) return acknowledged;
    const answer = await send(rows.map(({ jws }) => String(jws)));
    if ('upTo' in answer) {
      if (answer.upTo <= acknowledged)
        throw new AnlianError('decision_gap', {
          detail: `sent from ${acknowledged + 1}, acknowledged to ${answer.upTo}`,
        });
      acknowledge(answer.upTo);
      continue;
    }
    if (asked.has(answer.expected) || answer.expected < 1)
      throw new AnlianError('decision_gap', { detail: `the node asks for number ${answer.expected} again` });
    asked.add(answer.expected);
    acknowledge(answer.expected - 1);
  }
};
