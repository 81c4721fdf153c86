import { bigint, bigserial, boolean, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/** Evidence of this member, written with the change that it is evidence of. Records and salts stay here; the log holds commitments. */
export const evidence = pgTable(
  'evidence',
  {
    seq: bigserial({ mode: 'number' }).primaryKey(),
    evidence: text().notNull().unique(),
    kind: text().notNull(),
    record: text().notNull(),
    salt: text().notNull(),
    /** HMAC-SHA-256(salt, record): what the leaf says. */
    commitment: text().notNull(),
    gate: text(),
    gateSeq: integer(),
    at: text().notNull(),
    /** Its place in the log, once it has one. */
    leafIndex: bigint({ mode: 'number' }).unique(),
  },
  (t) => [index('evidence_unlogged').on(t.leafIndex, t.seq), index('evidence_gate').on(t.gate, t.gateSeq)],
);

/** Hashes of the log's complete subtrees, RFC 9162: level 0 is the leaves. They never change. */
export const logNodes = pgTable(
  'log_nodes',
  { level: integer().notNull(), index: bigint({ mode: 'number' }).notNull(), hash: text().notNull() },
  (t) => [primaryKey({ columns: [t.level, t.index] })],
);

/** Signed tree heads of the log, and where the anchored ones stand on the ledger. */
export const logHeads = pgTable(
  'log_heads',
  {
    size: bigint({ mode: 'number' }).primaryKey(),
    root: text().notNull(),
    /** With the cosignatures of the anchor that holds it, once there are any. */
    checkpoint: text().notNull(),
    cosigned: boolean().notNull().default(false),
    madeAt: text().notNull(),
    anchorTxId: text(),
  },
  (t) => [index('log_heads_cosigned').on(t.cosigned, t.size)],
);
