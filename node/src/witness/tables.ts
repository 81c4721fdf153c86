import type { SplitViewFile } from '@anlian/contracts';
import { bigint, bigserial, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';

/** The latest head of each log that this witness cosigned: what the next one is held against. */
export const witnessLogs = pgTable('witness_logs', {
  origin: text().primaryKey(),
  size: bigint({ mode: 'number' }).notNull(),
  root: text().notNull(),
});

/** Every head that this witness cosigned or the ledger anchored, with the log's signature: whichever contradicts one of them convicts. */
export const witnessHeads = pgTable(
  'witness_heads',
  {
    origin: text().notNull(),
    size: bigint({ mode: 'number' }).notNull(),
    root: text().notNull(),
    /** The checkpoint under the log's own signature alone. */
    note: text().notNull(),
    /** This witness's latest line over it; null for a head that only the ledger showed. */
    cosignature: text(),
    seenAt: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.origin, t.size] })],
);

/** Logs that showed two heads which no one tree can have. One row for each size: a third head of it convicts nobody further. */
export const splitViews = pgTable(
  'split_views',
  {
    seq: bigserial({ mode: 'number' }).primaryKey(),
    origin: text().notNull(),
    member: text().notNull(),
    /** Of the later head. */
    size: bigint({ mode: 'number' }).notNull(),
    file: jsonb().$type<SplitViewFile>().notNull(),
    shownBy: text({ enum: ['submission', 'ledger'] }).notNull(),
    evidence: text().notNull(),
    foundAt: text().notNull(),
  },
  (t) => [unique('split_views_size').on(t.origin, t.size)],
);
