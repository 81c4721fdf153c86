import { AnlianError } from '@anlian/contracts';
import { createFrameReader } from './frames.ts';
import type { HttpClient } from './http.ts';

/** The service sends something every 10 s; a line silent for longer than this is dead, whatever TCP thinks. */
const SILENCE_MS = 30_000;

const lineDead = (cause: unknown): AnlianError =>
  new AnlianError('ledger_unavailable', { detail: 'the block stream broke off', cause });

/** Gives up on a line that is silent for too long. A follower that is busy with a block does not count as silence. */
const watched = <T>(work: Promise<T>, giveUp: () => void): Promise<T> => {
  const timer = setTimeout(giveUp, SILENCE_MS);
  return work.finally(() => clearTimeout(timer));
};

/** One connection's blocks, until the line ends or goes silent. */
export async function* blockStream(http: HttpClient, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const line = new AbortController();
  const end = () => line.abort();
  signal.addEventListener('abort', end);
  const frames = createFrameReader();
  try {
    const reader = (await watched(http.open(`blocks?from=${from}`, line.signal), end)).getReader();
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
