import { ActorClaims, AnlianError, type EventName, type LedgerEvent, toInstant } from '@anlian/contracts';
import type { FollowedTransaction } from '@anlian/sdk/ledger';
import { and, eq, inArray } from 'drizzle-orm';
import { decodeJwt } from 'jose';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import type { LedgerAccess, SeenBlock } from './access.ts';
import type { CommandQueue } from './queue.ts';
import { ledgerCheckpoint, ledgerCommands, ledgerTransactions } from './tables.ts';

/** Where an event stands on the ledger. */
export interface EventPlace {
  readonly txId: string;
  /** `recordedAt` of the fact. */
  readonly txTime: string;
  readonly blockNumber: number;
  /** The member whose actor key signed the command. */
  readonly org: string;
  readonly commandId: string;
}

/** What one capability makes of the ledger's events, inside the transaction that moves the checkpoint. */
export type Projector = {
  readonly [N in EventName]?: (tx: Tx, data: LedgerEvent<N>['data'], place: EventPlace) => Promise<void>;
};

export interface FollowerDeps {
  readonly db: Db;
  readonly ledger: Pick<LedgerAccess, 'follow'>;
  /** Hash of block 0: a database that followed another chain refuses to go on. */
  readonly genesisHash: string;
  readonly queue: CommandQueue;
  readonly projectors: readonly Projector[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Told after each block is projected, with the events in it. */
  readonly onBlock?: (
    height: number,
    events: readonly { readonly name: EventName; readonly place: EventPlace }[],
  ) => void;
}

export interface Follower {
  /** Blocks projected so far; the next one has this number. */
  readonly height: () => number;
  /** Undefined while following goes well. */
  readonly fault: () => AnlianError | undefined;
  readonly stop: () => Promise<void>;
}

/** Follows the ledger from the stored checkpoint. Block and checkpoint share a transaction, so a restart neither loses nor repeats an event. */
export const startFollower = async (deps: FollowerDeps): Promise<Follower> => {
  const { db, ledger, log } = deps;
  const stopping = new AbortController();
  const [checkpoint] = await db.select().from(ledgerCheckpoint);
  if (checkpoint && checkpoint.genesisHash !== deps.genesisHash) {
    throw new AnlianError('ledger_corrupt', {
      field: 'genesisHash',
      detail: 'the database of this node followed another chain',
    });
  }
  let height = checkpoint?.height ?? 0;
  let fault: AnlianError | undefined;

  const run = async (): Promise<void> => {
    for await (const block of ledger.follow({ from: height, signal: stopping.signal })) {
      const committed = await project(deps, block);
      height = block.number + 1;
      fault = undefined;
      deps.queue.committed(committed);
      deps.onBlock?.(height, eventsOf(block));
    }
  };

  const running = run().catch((error: unknown) => {
    if (stopping.signal.aborted) return;
    fault = error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error });
    log.fatal(
      {
        code: fault.code,
        detail: fault.detail,
        height,
        stack: error instanceof Error ? error.stack?.split('\n').slice(1, 6) : undefined,
      },
      'following the ledger stopped',
    );
  });

  return {
    height: () => height,
    fault: () => fault,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

const placeOf = (block: SeenBlock, tx: FollowedTransaction): EventPlace => ({
  txId: tx.txId,
  txTime: tx.txTime,
  blockNumber: block.number,
  // The rule verified the actor; here it is only read.
  org: ActorClaims.parse(decodeJwt(tx.command.actor)).org,
  commandId: tx.command.command.commandId,
});

const validOf = (block: SeenBlock): FollowedTransaction[] => block.txs.filter((tx) => tx.code === 'VALID');

const eventsOf = (block: SeenBlock) =>
  validOf(block).flatMap((tx) => tx.events.map((event) => ({ name: event.name, place: placeOf(block, tx) })));

/** One block in one transaction. Returns the ids of this node's own commands in it. */
const project = ({ db, projectors, clock, genesisHash }: FollowerDeps, block: SeenBlock): Promise<string[]> =>
  db.transaction(async (tx) => {
    const own: string[] = [];
    for (const transaction of validOf(block)) {
      const place = placeOf(block, transaction);
      await tx
        .insert(ledgerTransactions)
        .values({
          txId: place.txId,
          blockNumber: place.blockNumber,
          commandId: place.commandId,
          name: transaction.command.command.name,
          org: place.org,
          txTime: place.txTime,
        })
        .onConflictDoNothing();
      for (const event of transaction.events) {
        for (const projector of projectors) {
          await (projector[event.name] as ((tx: Tx, data: unknown, place: EventPlace) => Promise<void>) | undefined)?.(
            tx,
            event.data,
            place,
          );
        }
      }
      const settled = await tx
        .update(ledgerCommands)
        .set({
          state: 'committed',
          txId: place.txId,
          blockNumber: place.blockNumber,
          result: transaction.result ?? null,
          errorCode: null,
          errorDetail: null,
          settledAt: toInstant(clock()),
        })
        .where(
          and(
            eq(ledgerCommands.commandId, place.commandId),
            inArray(ledgerCommands.state, ['queued', 'needs_signature', 'refused']),
          ),
        )
        .returning({ commandId: ledgerCommands.commandId });
      own.push(...settled.map((row) => row.commandId));
    }
    await tx
      .insert(ledgerCheckpoint)
      .values({ id: 1, height: block.number + 1, genesisHash })
      .onConflictDoUpdate({ target: ledgerCheckpoint.id, set: { height: block.number + 1 } });
    return own;
  });
