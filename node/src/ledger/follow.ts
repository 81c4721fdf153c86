import { AnlianError, canonicalText, type EventName, type LedgerEvent, toInstant } from '@anlian/contracts';
import type { FollowedTransaction } from '@anlian/sdk/ledger';
import { and, eq, inArray } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import { databaseError, loggableDatabaseError } from '../db/errors.ts';
import { framesOf } from '../http/frames.ts';
import { pause } from '../pause.ts';
import type { LedgerAccess, SeenBlock } from './access.ts';
import type { CommandQueue } from './queue.ts';
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
  /** Pause after a failure: doubled each time, from the first again once a block is projected. */
  readonly retryMs?: { readonly first: number; readonly most: number };
}

export interface Follower {
  /** Blocks projected so far; the next one has this number. */
  readonly height: () => number;
  /** What went wrong last, until the next block succeeds; undefined while following goes well. */
  readonly fault: () => AnlianError | undefined;
  readonly stop: () => Promise<void>;
}

/**
 * Follows the ledger from the stored checkpoint. Block and checkpoint share a transaction, so neither a restart nor a retry loses or
 * repeats an event. Every failure is retried but `ledger_corrupt`: there a person must look.
 */
export const startFollower = async (deps: FollowerDeps): Promise<Follower> => {
  const { db, ledger, log, retryMs = { first: 200, most: 30_000 } } = deps;
  const stopping = new AbortController();
  const checkpoint = await storedCheckpoint(db);
  if (checkpoint && checkpoint.genesisHash !== deps.genesisHash) {
    throw new AnlianError('ledger_corrupt', {
      field: 'genesisHash',
      detail: 'the database of this node followed another chain',
    });
  }
  let height = checkpoint?.height ?? 0;
  let fault: AnlianError | undefined;
  let pauseMs = retryMs.first;

  const followFrom = async (from: number): Promise<void> => {
    for await (const block of ledger.follow({ from, signal: stopping.signal })) {
      const committed = await project(deps, block);
      height = block.number + 1;
      fault = undefined;
      pauseMs = retryMs.first;
      deps.queue.committed(committed);
      deps.onBlock?.(height, eventsOf(block));
    }
  };

  const failed = (error: unknown): AnlianError => {
    const known = error instanceof AnlianError ? error : undefined;
    const failure = known ?? new AnlianError(databaseError(error) ?? 'internal_error', { cause: error });
    log[failure.code === 'ledger_corrupt' ? 'fatal' : 'error'](
      {
        code: failure.code,
        detail: known?.detail,
        database: loggableDatabaseError(error),
        name: error instanceof Error ? error.name : undefined,
        frames: framesOf(error),
        height,
      },
      'following the ledger failed',
    );
    return failure;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        // Read again after a failure: a commit may have succeeded although its answer was lost.
        height = (await storedCheckpoint(db))?.height ?? 0;
        await followFrom(height);
      } catch (error) {
        if (stopping.signal.aborted) return;
        fault = failed(error);
        if (fault.code === 'ledger_corrupt') return;
      }
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, retryMs.most);
    }
  };
  const running = run();

  return {
    height: () => height,
    fault: () => fault,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

const UNKNOWN_ORG = '';

const storedCheckpoint = async (db: Db) => (await db.select().from(ledgerCheckpoint))[0];

const placeOf = (block: SeenBlock, tx: FollowedTransaction): EventPlace => ({
  txId: tx.txId,
  txTime: tx.txTime,
  blockNumber: block.number,
  // The rule verified the actor of whatever has events. A repeat has none: its token may be anything, and must not end the following.
  org: readActor(tx.command.actor)?.org ?? UNKNOWN_ORG,
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
      errorDetail: null,
      settledAt,
    })
    .where(
      and(
        eq(ledgerCommands.commandId, place.commandId),
        eq(ledgerCommands.org, place.org),
        eq(ledgerCommands.command, canonicalText(command.command)),
        inArray(ledgerCommands.state, ['queued', 'needs_signature', 'refused']),
      ),
    )
    .returning({ commandId: ledgerCommands.commandId });
  return rows.map((row) => row.commandId);
};
