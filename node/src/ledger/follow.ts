import { AnlianError, fromHex } from '@anlian/contracts';
import type { Logger } from 'pino';
import type { Db } from '../db/database.ts';
import { databaseError, loggableDatabaseError } from '../db/errors.ts';
import { framesOf } from '../http/frames.ts';
import { pause } from '../pause.ts';
import type { LedgerAccess, SeenBlock } from './access.ts';
import { inBatches } from './inBatches.ts';
import { type ProjectDeps, project } from './project.ts';
import type { CommandQueue } from './queue.ts';
import { reexecutedHeight } from './reexecute.ts';
import { ledgerCheckpoint } from './tables.ts';

export interface FollowerDeps extends ProjectDeps {
  readonly ledger: Pick<LedgerAccess, 'follow'>;
  /**
   * Hash of block 0, now or when the ledger has told it: a database that followed another chain refuses to go on. Undefined when the
   * node stops before.
   */
  readonly genesisHash: Promise<string | undefined>;
  readonly queue: CommandQueue;
  readonly log: Logger;
  /** Pause after a failure: doubled each time, from the first again once a block is projected. */
  readonly retryMs?: { readonly first: number; readonly most: number };
}

export interface Follower {
  /** Blocks projected so far; the next one has this number. */
  readonly height: () => number;
  /** Why this node cannot take in blocks, until it can again. A line that breaks is none: what is recorded waits in its queue. */
  readonly fault: () => AnlianError | undefined;
  readonly stop: () => Promise<void>;
}

/** Blocks that are taken in together when a node catches up: one transaction of the database for all of them. */
const BATCH = { items: 100, bytes: 8 << 20, sizeOf: ({ bytes }: SeenBlock) => bytes?.length ?? 0 };

/**
 * Follows the ledger from the stored checkpoint. Block and checkpoint share a transaction, so neither a restart nor a retry loses or
 * repeats an event. Every failure is retried, that of the first read too, but `ledger_corrupt`: there a person must look.
 */
export const startFollower = (deps: FollowerDeps): Follower => {
  const { db, ledger, log, retryMs = { first: 200, most: 30_000 } } = deps;
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve(undefined)),
  );
  let height = 0;
  /** Where to go on: behind `height` where blocks have been projected that are yet to be run again. */
  let from = 0;
  /** Hash of the block before `from`, where it is known. */
  let previousHash: Uint8Array | undefined;
  let beginFault: AnlianError | undefined = new AnlianError('ledger_unavailable', { detail: 'not followed yet' });
  /** Stays through every new beginning until a block is taken in again. */
  let blockFault: AnlianError | undefined;
  let pauseMs = retryMs.first;

  /** Reads where to go on, again after each failure: a commit may have succeeded although its answer was lost. */
  const begin = async (): Promise<string | undefined> => {
    const checkpoint = await storedCheckpoint(db);
    height = checkpoint?.height ?? 0;
    from = deps.reexecute ? Math.min(height, await reexecutedHeight(db)) : height;
    previousHash = from === height && checkpoint?.blockHash ? fromHex(checkpoint.blockHash) : undefined;
    // What was followed before can be read without the ledger.
    if (checkpoint) beginFault = undefined;
    const genesisHash = await Promise.race([deps.genesisHash, stopped]);
    if (genesisHash === undefined) return undefined;
    requireChain(checkpoint, genesisHash);
    beginFault = undefined;
    return genesisHash;
  };

  /** To stop here would let a majority that endorses nonsense end everybody's following; who runs blocks again raises an alarm too. */
  const tellUnread = ({ number, unread = [] }: SeenBlock): void => {
    for (const one of unread)
      log.error({ blockNumber: number, ...one }, 'a valid call bears a command’s name in no known form');
  };

  const take = async (blocks: readonly SeenBlock[], genesisHash: string): Promise<void> => {
    const committed = await project(deps, blocks, genesisHash);
    blocks.forEach(tellUnread);
    const last = blocks.at(-1)?.number ?? 0;
    height = Math.max(height, last + 1);
    blockFault = undefined;
    pauseMs = retryMs.first;
    deps.queue.committed(committed);
  };

  /** Of several blocks that cannot be taken in together, those before the one at fault are. */
  const takeEach = async (blocks: readonly SeenBlock[], genesisHash: string): Promise<void> => {
    try {
      for (const block of blocks) await take([block], genesisHash);
    } catch (error) {
      blockFault = faultOf(error);
      throw error;
    }
  };

  const takeTogether = (blocks: readonly SeenBlock[], genesisHash: string): Promise<void> =>
    take(blocks, genesisHash).catch(() => takeEach(blocks, genesisHash));

  const followOn = async (genesisHash: string): Promise<void> => {
    const open = (signal: AbortSignal) => ledger.follow({ from, signal, ...(previousHash && { previousHash }) });
    for await (const blocks of inBatches(open, BATCH, stopping.signal))
      await (blocks.length > 1 ? takeTogether(blocks, genesisHash) : takeEach(blocks, genesisHash));
  };

  const tell = (failure: AnlianError, error: unknown): void => {
    log[failure.code === 'ledger_corrupt' ? 'fatal' : 'error'](
      {
        code: failure.code,
        detail: error === failure ? failure.detail : undefined,
        database: loggableDatabaseError(error),
        name: error instanceof Error ? error.name : undefined,
        frames: framesOf(error),
        height,
      },
      failure.code === 'ledger_corrupt'
        ? 'following the ledger has stopped: compare the block with another governor’s, mend the damaged side, restart'
        : 'following the ledger failed',
    );
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const genesisHash = await begin().catch((error: unknown) => {
          beginFault = faultOf(error);
          throw error;
        });
        if (genesisHash === undefined) return;
        await followOn(genesisHash);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const failure = faultOf(error);
        tell(failure, error);
        if (failure.code === 'ledger_corrupt') {
          blockFault = failure;
          return;
        }
      }
      await pause(pauseMs, stopping.signal);
      pauseMs = Math.min(pauseMs * 2, retryMs.most);
    }
  };
  const running = run();

  return {
    height: () => height,
    fault: () => blockFault ?? beginFault,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

const faultOf = (error: unknown): AnlianError =>
  error instanceof AnlianError ? error : new AnlianError(databaseError(error) ?? 'internal_error', { cause: error });

const storedCheckpoint = async (db: Db) => (await db.select().from(ledgerCheckpoint))[0];

const requireChain = (checkpoint: { readonly genesisHash: string } | undefined, genesisHash: string): void => {
  if (checkpoint && checkpoint.genesisHash !== genesisHash)
    throw new AnlianError('ledger_corrupt', {
      field: 'genesisHash',
      detail: 'the database of this node followed another chain',
    });
};
