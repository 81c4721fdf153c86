import { AnlianError } from '@anlian/contracts';
import { dataHash, headerHash, type Random } from '@anlian/sdk/ledger';
import type { Submission } from './admit.ts';
import type { BlockFile } from './blockFile.ts';
import { advance, type Chain } from './chain.ts';
import { nextCommitHash, validateBlock } from './commit.ts';
import { sealBlock } from './seal.ts';
import type { LedgerLog, Operator } from './types.ts';

export interface CommitStatus {
  readonly code: number;
  readonly blockNumber: number;
}

export interface OrdererDeps {
  readonly chain: Chain;
  readonly chaincode: string;
  readonly file: BlockFile;
  readonly operator: Operator;
  readonly random: Random;
  readonly maxTransactions: number;
  readonly log: LedgerLog;
  /** Told after each block that is on the disk. */
  readonly onBlock: () => void;
}

export interface Orderer {
  /** Puts a transaction into a block; resolves when that is on the disk and applied. Throws `storage_full`. */
  submit(submission: Submission): Promise<CommitStatus>;
  readonly waiting: () => number;
  /** Finishes what was submitted, and takes no more. */
  close(): Promise<void>;
}

interface Waiting {
  readonly submission: Submission;
  readonly resolve: (status: CommitStatus) => void;
  readonly reject: (error: unknown) => void;
}

/** Blocks bytes at the most, so that one frame of the stream stays small. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

const takeBatch = (queue: Waiting[], maxTransactions: number): Waiting[] => {
  let bytes = 0;
  let count = 0;
  for (const { submission } of queue.slice(0, maxTransactions)) {
    bytes += submission.envelope.length;
    if (count > 0 && bytes > MAX_BLOCK_BYTES) break;
    count++;
  }
  return queue.splice(0, count);
};

/** Lets everything that has arrived join the batch, and costs nothing when there is nothing. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Group commit: one block, one fsync, for whatever waits when the disk is free. While a block is being written the next
 * gathers, so a single submitter never waits for others and many share one fsync.
 */
export const createOrderer = (deps: OrdererDeps): Orderer => {
  const { chain, chaincode, file, operator, random, maxTransactions, log, onBlock } = deps;
  const queue: Waiting[] = [];
  let working: Promise<void> | undefined;
  let closed = false;

  const commit = async (submissions: readonly Submission[]): Promise<{ number: number; filter: Uint8Array }> => {
    const number = chain.height;
    const envelopes = submissions.map(({ envelope }) => envelope);
    const validated = validateBlock(chain.state, number, submissions, (txId) => chain.transactions.has(txId));
    const header = { number, previousHash: chain.lastHash, dataHash: await dataHash(envelopes) };
    const commitHash = await nextCommitHash(chaincode, validated, chain.commitHash);
    await file.append(
      await sealBlock({ header, envelopes, filter: validated.filter, commitHash, lastConfig: 0 }, operator, random),
    );
    advance(chain, {
      hash: await headerHash(header),
      commitHash,
      state: validated.state,
      txIds: submissions.map(({ txId }) => txId),
      filter: validated.filter,
    });
    return { number, filter: validated.filter };
  };

  const commitBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const { number, filter } = await commit(batch.map(({ submission }) => submission));
      onBlock();
      for (const [at, { resolve }] of batch.entries()) resolve({ code: filter[at] ?? 0, blockNumber: number });
    } catch (error) {
      log.error(
        { err: error, transactions: batch.length },
        'a block could not be written; its transactions were refused',
      );
      for (const { reject } of batch) reject(error);
    }
  };

  const work = async (): Promise<void> => {
    while (queue.length > 0) {
      await settle();
      await commitBatch(takeBatch(queue, maxTransactions));
    }
    working = undefined;
  };

  return {
    submit: (submission) => {
      if (closed)
        return Promise.reject(new AnlianError('ledger_unavailable', { detail: 'the ledger service is stopping' }));
      return new Promise((resolve, reject) => {
        queue.push({ submission, resolve, reject });
        working ??= work();
      });
    },
    waiting: () => queue.length,
    close: async () => {
      closed = true;
      await working;
    },
  };
};
