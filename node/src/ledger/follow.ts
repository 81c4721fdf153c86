import { AnlianError, type EventName } from '@anlian/contracts';
import type { Logger } from 'pino';
import type { Db } from '../db/database.ts';
import { databaseError, loggableDatabaseError } from '../db/errors.ts';
import { framesOf } from '../http/frames.ts';
import { pause } from '../pause.ts';
import type { LedgerAccess } from './access.ts';
import { type EventPlace, eventsOf, type ProjectDeps, project } from './project.ts';
import type { CommandQueue } from './queue.ts';
import { ledgerCheckpoint } from './tables.ts';

export type { EventPlace, Projector } from './project.ts';

export interface FollowerDeps extends ProjectDeps {
  readonly ledger: Pick<LedgerAccess, 'follow'>;
  /**
   * Hash of block 0, now or when the ledger has told it: a database that followed another chain refuses to go on. Undefined when the
   * node stops before.
   */
  readonly genesisHash: string | Promise<string | undefined>;
  readonly queue: CommandQueue;
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
  /** What went wrong last, until that succeeds; undefined while following goes well. */
  readonly fault: () => AnlianError | undefined;
  readonly stop: () => Promise<void>;
}

/** Reading where to go on, or taking block after block. */
type Step = 'begin' | 'follow';

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
  let fault: AnlianError | undefined = new AnlianError('ledger_unavailable', { detail: 'not followed yet' });
  let step: Step = 'begin';
  let faultyStep: Step = 'begin';
  let pauseMs = retryMs.first;

  /** A failure to begin is over when that succeeds: the next block may be hours away. */
  const begun = (): void => {
    if (faultyStep === 'begin') fault = undefined;
  };

  /** Reads where to go on, again after each failure: a commit may have succeeded although its answer was lost. */
  const begin = async (): Promise<string | undefined> => {
    step = 'begin';
    const checkpoint = await storedCheckpoint(db);
    height = checkpoint?.height ?? 0;
    if (checkpoint) begun();
    const genesisHash = await Promise.race([deps.genesisHash, stopped]);
    if (genesisHash === undefined) return undefined;
    requireChain(checkpoint, genesisHash);
    begun();
    return genesisHash;
  };

  const followOn = async (genesisHash: string): Promise<void> => {
    step = 'follow';
    for await (const block of ledger.follow({ from: height, signal: stopping.signal })) {
      const committed = await project(deps, block, genesisHash);
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
        const genesisHash = await begin();
        if (genesisHash === undefined) return;
        await followOn(genesisHash);
      } catch (error) {
        if (stopping.signal.aborted) return;
        fault = failed(error);
        faultyStep = step;
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

const storedCheckpoint = async (db: Db) => (await db.select().from(ledgerCheckpoint))[0];

const requireChain = (checkpoint: { readonly genesisHash: string } | undefined, genesisHash: string): void => {
  if (checkpoint && checkpoint.genesisHash !== genesisHash)
    throw new AnlianError('ledger_corrupt', {
      field: 'genesisHash',
      detail: 'the database of this node followed another chain',
    });
};
