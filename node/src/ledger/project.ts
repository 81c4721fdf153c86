import { canonicalText, type EventName, type LedgerEvent, toInstant } from '@anlian/contracts';
import type { FollowedTransaction } from '@anlian/sdk/ledger';
import { and, eq, ne } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import type { SeenBlock } from './access.ts';
import { readActor } from './readActor.ts';
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
}

const UNKNOWN_ORG = '';

const placeOf = (block: SeenBlock, tx: FollowedTransaction): EventPlace => ({
  txId: tx.txId,
  txTime: tx.txTime,
  blockNumber: block.number,
  // The rule verified the actor of whatever has events. A repeat has none: its token may be anything, and must not end the following.
  org: readActor(tx.command.actor)?.org ?? UNKNOWN_ORG,
  commandId: tx.command.command.commandId,
});

const validOf = (block: SeenBlock): FollowedTransaction[] => block.txs.filter((tx) => tx.code === 'VALID');

/** Projects one block and moves the checkpoint, in one transaction. Returns the ids of this node's own commands in it. */
export const project = (
  { db, projectors, clock }: ProjectDeps,
  block: SeenBlock,
  genesisHash: string,
): Promise<string[]> =>
  db.transaction(async (tx) => {
    const own: string[] = [];
    for (const transaction of validOf(block)) {
      const place = placeOf(block, transaction);
      if (place.org !== UNKNOWN_ORG) await remember(tx, transaction, place);
      for (const event of transaction.events) {
        for (const projector of projectors) {
          await (projector[event.name] as ((tx: Tx, data: unknown, place: EventPlace) => Promise<void>) | undefined)?.(
            tx,
            event.data,
            place,
          );
        }
      }
      own.push(...(await settle(tx, transaction, place, toInstant(clock()))));
    }
    await tx
      .insert(ledgerCheckpoint)
      .values({ id: 1, height: block.number + 1, genesisHash })
      .onConflictDoUpdate({ target: ledgerCheckpoint.id, set: { height: block.number + 1 } });
    return own;
  });

const remember = (tx: Tx, { command }: FollowedTransaction, place: EventPlace) =>
  tx
    .insert(ledgerTransactions)
    .values({
      txId: place.txId,
      blockNumber: place.blockNumber,
      commandId: place.commandId,
      name: command.command.name,
      org: place.org,
      txTime: place.txTime,
    })
    .onConflictDoNothing();

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
