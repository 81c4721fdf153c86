import { COMMAND_STATE_CODES, codesOf, ERRORS, type ExecutionDifference } from '@anlian/contracts';
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { StoredOrganisation } from './organisations.ts';
import type { Definition } from './rulesInForce.ts';

/** Commands on their way to the ledger, in order. A row is written in the transaction of the change that it is evidence of. */
export const ledgerCommands = pgTable(
  'ledger_commands',
  {
    seq: bigserial({ mode: 'number' }).primaryKey(),
    commandId: text().notNull().unique(),
    name: text().notNull(),
    /** Commands of one subject go to the ledger one after another. */
    subject: text().notNull(),
    org: text().notNull(),
    /** Person or machine at this node; erasable. */
    author: text().notNull(),
    machine: boolean().notNull(),
    command: text().notNull(),
    actor: text().notNull(),
    state: text({ enum: COMMAND_STATE_CODES }).notNull(),
    txId: text(),
    blockNumber: bigint({ mode: 'number' }),
    errorCode: text({ enum: codesOf(ERRORS) }),
    errorField: text(),
    errorDetail: text(),
    result: jsonb(),
    enqueuedAt: text().notNull(),
    settledAt: text(),
  },
  (t) => [
    index('ledger_commands_waiting').on(t.seq).where(sql`state = 'queued'`),
    index('ledger_commands_org').on(t.org, t.seq),
  ],
);

/** How far the ledger has been followed: one row, moved in the transaction that projects the block. */
export const ledgerCheckpoint = pgTable('ledger_checkpoint', {
  id: integer().primaryKey(),
  height: bigint({ mode: 'number' }).notNull(),
  genesisHash: text().notNull(),
  /** Header hash of the last block, in hexadecimal; null behind a carrier, and until the first block since this is kept. */
  blockHash: text(),
});

/**
 * Every transaction that was followed, so that a proof can be asked for by its id. Of commands that share one, the first stands here: which
 * others there are is read from the transaction itself, and `ledgerCommands` names each own command's transaction.
 */
export const ledgerTransactions = pgTable('ledger_transactions', {
  txId: text().primaryKey(),
  blockNumber: bigint({ mode: 'number' }).notNull(),
  commandId: text().notNull(),
  name: text().notNull(),
  org: text().notNull(),
  txTime: text().notNull(),
});

/** Which person stands behind a pseudonym on the ledger. Kept at home; a row can be erased. */
export const cases = pgTable(
  'cases',
  { caseId: text().notNull(), author: text().notNull(), subject: text().notNull() },
  (t) => [primaryKey({ columns: [t.caseId] }), uniqueIndex('cases_author_subject').on(t.author, t.subject)],
);

/** One creating request per key: what it answered, written with what it changed. */
export const idempotency = pgTable(
  'idempotency',
  {
    author: text().notNull(),
    route: text().notNull(),
    key: text().notNull(),
    digest: text().notNull(),
    body: jsonb().notNull(),
    commandId: text(),
    at: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.author, t.route, t.key] })],
);

/** Bytes compare as the ledger's keys do; text would compare by the database's collation, and cannot hold every character. */
const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => 'bytea' });

/** World state as this node makes it from the blocks that it runs again: keys and values as they stand there, in UTF-8. */
export const ledgerState = pgTable('ledger_state', { key: bytea().primaryKey(), value: bytea().notNull() });

/** How far blocks have been run again, and who was on the channel there: one row, moved together with the state. */
export const ledgerReexecution = pgTable('ledger_reexecution', {
  id: integer().primaryKey(),
  height: bigint({ mode: 'number' }).notNull(),
  organisations: jsonb().$type<readonly StoredOrganisation[]>().notNull(),
  /** What the channel had committed there as the chaincode's definition. */
  definition: jsonb().$type<Definition>(),
});

/** Blocks in a row that were not run again, since other rules were in force: see `PassedOver` of the API. Rows stay. */
export const ledgerPassedOver = pgTable('ledger_passed_over', {
  seq: bigserial({ mode: 'number' }).primaryKey(),
  from: bigint({ mode: 'number' }).notNull(),
  to: bigint({ mode: 'number' }).notNull(),
  blocks: bigint({ mode: 'number' }).notNull(),
  ran: text(),
  own: text(),
});

/** Endorsed transactions whose outcome the rules do not give. Rows stay. */
export const endorsementAlarms = pgTable('endorsement_alarms', {
  seq: bigserial({ mode: 'number' }).primaryKey(),
  blockNumber: bigint({ mode: 'number' }).notNull(),
  txId: text().notNull().unique(),
  txTime: text().notNull(),
  carriedBy: text().notNull(),
  endorsers: jsonb().$type<string[]>().notNull(),
  differs: jsonb().$type<ExecutionDifference[]>().notNull(),
  refusal: text({ enum: codesOf(ERRORS) }),
  evidence: text().notNull(),
  raisedAt: text().notNull(),
});
