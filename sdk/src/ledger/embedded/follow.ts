import { AnlianError } from '@anlian/contracts';
import { backoffMs, pause } from '../backoff.ts';
import { sameBytes } from '../codec/bytes.ts';
import { type FollowedBlock, followBlock } from '../codec/followed.ts';
import type { FollowOptions } from '../port.ts';
import type { Random } from '../sources.ts';
import { createFrameReader } from './frames.ts';
import type { Transport } from './http.ts';

/** The service sends something every 10 s; a line silent for longer than this is dead, whatever TCP thinks. */
const SILENCE_MS = 30_000;
const RETRY = { baseMs: 100, limitMs: 5_000 };

const lineDead = (cause: unknown): AnlianError =>
  new AnlianError('ledger_unavailable', { detail: 'the block stream broke off', cause });

/** Gives up on a line that is silent for too long. A follower that is busy with a block does not count as silence. */
const watched = <T>(work: Promise<T>, giveUp: () => void): Promise<T> => {
  const timer = setTimeout(giveUp, SILENCE_MS);
  return work.finally(() => clearTimeout(timer));
};

/** One connection's blocks, until the line ends or goes silent. */
async function* stream(transport: Transport, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const line = new AbortController();
  const end = () => line.abort();
  signal.addEventListener('abort', end);
  const frames = createFrameReader();
  try {
    const reader = (await watched(transport.open(`blocks?from=${from}`, line.signal), end)).getReader();
    // A body that was made in this process knows nothing of the request's signal.
    line.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
    for (;;) {
      const { done, value } = await watched(reader.read(), end);
      if (done) return;
      yield* frames(value);
    }
  } catch (error) {
    throw error instanceof AnlianError ? error : lineDead(error);
  } finally {
    signal.removeEventListener('abort', end);
    line.abort();
  }
}

const requireNext = (block: FollowedBlock, number: number, previousHash: Uint8Array | undefined): void => {
  const fault =
    block.number !== number
      ? `expected block ${number}, got ${block.number}`
      : previousHash !== undefined && !sameBytes(block.previousHash, previousHash)
        ? `block ${number} does not continue the blocks followed before`
        : undefined;
  if (fault !== undefined) throw new AnlianError('ledger_corrupt', { field: `block ${number}`, detail: fault });
};

/** See `Ledger.follow`. */
export async function* followEmbedded(
  transport: Transport,
  chaincode: string,
  { from, previousHash, signal }: FollowOptions,
  random: Random,
): AsyncGenerator<FollowedBlock> {
  let next = Number(from);
  let previous = previousHash;
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      for await (const bytes of stream(transport, next, signal)) {
        const block = await followBlock(bytes, chaincode);
        requireNext(block, next, previous);
        next = block.number + 1;
        previous = block.hash;
        attempt = 0;
        if (signal.aborted) return;
        yield block;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AnlianError && error.code === 'ledger_unavailable')) throw error;
    }
    await pause(backoffMs(Math.max(attempt, 1), RETRY, random), signal);
  }
}
