import { AnlianError, canonicalText, type EventName, type LedgerEvent, toHex, toInstant } from '@anlian/contracts';
import type { FollowedTransaction } from '@anlian/sdk/ledger';
import { and, eq, ne, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import type { SeenBlock } from './access.ts';
import { readActor } from './readActor.ts';
import type { Reexecute } from './reexecute.ts';
import { ledgerCheckpoint, ledgerCommands, ledgerTransactions } from './tables.ts';

/** Where an event stands on the ledger. */
export interface EventPlace {
  readonly txId: string;
  /** `recordedAt` of the fact. */
  readonly txTime: string;
  readonly blockNumber: number;
  /** The member whose actor key signed the command; empty when the token cannot be read. */
  readonly org: string;
  readonly commandId: string;
}

/** What one capability makes of the ledger's events, inside the transaction that moves the checkpoint. */
export type Projector = {
  readonly [N in EventName]?: (tx: Tx, data: LedgerEvent<N>['data'], place: EventPlace) => Promise<void>;
};

export interface ProjectDeps {
  readonly db: Db;
  readonly projectors: readonly Projector[];
  readonly clock: Clock;
  /** Governors only: runs the blocks again. */
  readonly reexecute?: Reexecute | undefined;
}

type Checkpoint = typeof ledgerCheckpoint.$inferSelect;

const UNKNOWN_ORG = '';
/** Rows of one statement. */
const ROWS = 1_000;

const placeOf = (block: SeenBlock, tx: FollowedTransaction): EventPlace => ({
  txId: tx.txId,
  txTime: tx.txTime,
  blockNumber: block.number,
  // The rule verified the actor of whatever has events. A repeat has none: its token may be anything, and must not end the following.
  org: readActor(tx.command.actor)?.org ?? UNKNOWN_ORG,
  commandId: tx.command.command.commandId,
});

const validOf = (block: SeenBlock): FollowedTransaction[] => block.txs.filter((tx) => tx.code === 'VALID');

/** Holds the checkpoint until the transaction ends: one whose answer was lost may be about to move it. */
const heldCheckpoint = async (tx: Tx) => (await tx.select().from(ledgerCheckpoint).for('update'))[0];

/** A peer that was mended or replaced while this node was down may bring another history than the one that is projected here. */
const requireSameHistory = (checkpoint: Checkpoint | undefined, blocks: readonly SeenBlock[]): void => {
  if (checkpoint?.blockHash == null) return;
  const { height, blockHash } = checkpoint;
  for (const { number, hash, previousHash } of blocks) {
    const told = number === height - 1 ? hash : number === height ? previousHash : undefined;
    if (told !== undefined && toHex(told) !== blockHash)
      throw new AnlianError('ledger_corrupt', {
        field: `block ${height - 1}`,
        detail: `block ${height - 1} is not the one that this node followed before`,
      });
  }
};

/**
 * Projects blocks in order and moves the checkpoint, in one transaction; blocks below the checkpoint are passed over. Returns the ids
 * of this node's own commands in them.
 * @throws {AnlianError} `ledger_corrupt` for blocks of another history than the one projected before
 */
export const project = (
  { db, projectors, clock, reexecute }: ProjectDeps,
  blocks: readonly SeenBlock[],
  genesisHash: string,
): Promise<string[]> =>
  db.transaction(async (tx) => {
    const checkpoint = await heldCheckpoint(tx);
    const height = checkpoint?.height ?? 0;
    requireSameHistory(checkpoint, blocks);
    await reexecute?.(tx, blocks);
    const due = blocks.filter(({ number }) => number >= height);
    const transactions = due.flatMap((block) => validOf(block).map((one) => ({ ...one, place: placeOf(block, one) })));
    await remember(tx, transactions);
    const expected = await ownAmong(tx, transactions);
    const own: string[] = [];
    for (const transaction of transactions) {
      const { place } = transaction;
      for (const event of transaction.events) {
        for (const projector of projectors) {
          await (projector[event.name] as ((tx: Tx, data: unknown, place: EventPlace) => Promise<void>) | undefined)?.(
            tx,
            event.data,
            place,
          );
        }
      }
      if (expected.has(place.commandId)) own.push(...(await settle(tx, transaction, place, toInstant(clock()))));
    }
    const last = due.at(-1);
    if (last) await moveCheckpoint(tx, last, genesisHash);
    return own;
  });

type Placed = FollowedTransaction & { readonly place: EventPlace };

const moveCheckpoint = (tx: Tx, { number, hash }: SeenBlock, genesisHash: string) => {
  const moved = { height: number + 1, blockHash: hash === undefined ? null : toHex(hash) };
  return tx
    .insert(ledgerCheckpoint)
    .values({ id: 1, genesisHash, ...moved })
    .onConflictDoUpdate({ target: ledgerCheckpoint.id, set: moved });
};

const remember = async (tx: Tx, transactions: readonly Placed[]): Promise<void> => {
  const rows = transactions
    .filter(({ place }) => place.org !== UNKNOWN_ORG)
    .map(({ command, place }) => ({
      txId: place.txId,
      blockNumber: place.blockNumber,
      commandId: place.commandId,
      name: command.command.name,
      org: place.org,
      txTime: place.txTime,
    }));
  for (let at = 0; at < rows.length; at += ROWS)
    await tx
      .insert(ledgerTransactions)
      .values(rows.slice(at, at + ROWS))
      .onConflictDoNothing();
};

/** Ids of commands of which this node holds a row. */
const ownAmong = async (tx: Tx, transactions: readonly Placed[]): Promise<ReadonlySet<string>> => {
  if (transactions.length === 0) return new Set();
  const ids = JSON.stringify(transactions.map(({ place }) => place.commandId));
  const rows = await tx
    .select({ commandId: ledgerCommands.commandId })
    .from(ledgerCommands)
    .where(sql`${ledgerCommands.commandId} in (select jsonb_array_elements_text(${ids}::jsonb))`);
  return new Set(rows.map(({ commandId }) => commandId));
};

/** Settles the row of which this is the command. Anybody may use another's `commandId`, so the member and every argument must agree. */
const settle = async (
  tx: Tx,
  { command, result }: FollowedTransaction,
  place: EventPlace,
  settledAt: string,
): Promise<string[]> => {
  const rows = await tx
    .update(ledgerCommands)
    .set({
      state: 'committed',
      txId: place.txId,
      blockNumber: place.blockNumber,
      result: result ?? null,
      errorCode: null,
      errorField: null,
      errorDetail: null,
      settledAt,
    })
    .where(
      and(
        eq(ledgerCommands.commandId, place.commandId),
        eq(ledgerCommands.org, place.org),
        eq(ledgerCommands.command, canonicalText(command.command)),
        ne(ledgerCommands.state, 'committed'),
      ),
    )
    .returning({ commandId: ledgerCommands.commandId });
  return rows.map((row) => row.commandId);
};
