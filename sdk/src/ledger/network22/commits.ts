import { AnlianError } from '@anlian/contracts';
import { backoffMs, pause } from '../backoff.ts';
import { validationCodeName } from '../codec/validationCode.ts';
import type { Ordered } from '../transport.ts';
import { type DeliverOptions, deliver } from './deliver.ts';

/** Milliseconds within which a transaction that was ordered is in a block, on a busy network: an orderer that dies may take it with it. */
const COMMIT_TIMEOUT_MS = 20_000;

const RETRY = { baseMs: 100, limitMs: 2_000 };

interface Waiter {
  readonly settle: (ordered: Ordered) => void;
  readonly fail: (error: unknown) => void;
}

export interface CommitWatch {
  /** Waits until the transaction is in a block; call it before the transaction is ordered. The outer promise says that watching began. */
  watch(txId: string): Promise<{ readonly committed: Promise<Ordered> }>;
  close(): void;
}

/** Peers of 2.2 are not asked for a transaction's status: one stream of block summaries tells of all. */
export const watchCommits = (options: DeliverOptions, height: () => Promise<number>): CommitWatch => {
  const closing = new AbortController();
  const waiting = new Map<string, Waiter>();
  let watching: Promise<void> | undefined;

  /** Takes one stream's blocks from `from` on; the number of the block that it would have taken next. */
  const takeBlocks = async (from: number): Promise<number> => {
    let next = from;
    try {
      for await (const response of deliver('DeliverFiltered', from, options, closing.signal)) {
        const block = response.getFilteredBlock();
        next = (block?.getNumber() ?? next) + 1;
        for (const tx of block?.getFilteredTransactionsList() ?? [])
          waiting.get(tx.getTxid())?.settle({
            code: validationCodeName(tx.getTxValidationCode()),
            blockNumber: next - 1,
          });
      }
    } catch (error) {
      if (!(error instanceof AnlianError) || error.code !== 'ledger_unavailable') throw error;
    }
    return next;
  };

  /** As long as somebody waits, a stream that broke off is taken up where it ended: what was ordered is found when the peer is back. */
  const run = async (from: number): Promise<void> => {
    let next = from;
    for (let attempt = 1; !closing.signal.aborted; attempt++) {
      const reached = await takeBlocks(next);
      if (waiting.size === 0) {
        watching = undefined;
        return;
      }
      if (reached > next) attempt = 1;
      next = reached;
      await pause(backoffMs(attempt, RETRY, options.random), closing.signal);
    }
    throw new AnlianError('ledger_unavailable', { detail: 'the ledger was closed' });
  };

  const start = async (): Promise<void> => {
    const from = await height();
    void run(from).catch((error: unknown) => {
      watching = undefined;
      for (const { fail } of waiting.values()) fail(error);
    });
  };

  const ensureWatching = async (): Promise<void> => {
    for (;;) {
      watching ??= start();
      const current = watching;
      try {
        await current;
      } catch (error) {
        watching = undefined;
        throw error;
      }
      // The stream may have ended meanwhile.
      if (watching === current) return;
    }
  };

  const committed = (txId: string): Promise<Ordered> =>
    new Promise<Ordered>((settle, fail) => {
      const late = () =>
        fail(new AnlianError('ledger_unavailable', { detail: 'the transaction’s block did not come' }));
      const timer = setTimeout(late, COMMIT_TIMEOUT_MS);
      const done = () => {
        clearTimeout(timer);
        waiting.delete(txId);
      };
      waiting.set(txId, {
        settle: (ordered) => {
          done();
          settle(ordered);
        },
        fail: (error) => {
          done();
          fail(error);
        },
      });
    });

  return {
    watch: async (txId) => {
      await ensureWatching();
      const promise = committed(txId);
      // Whoever ordered may have given up by then.
      promise.catch(() => undefined);
      return { committed: promise };
    },
    close: () => closing.abort(),
  };
};
