import { AnlianError } from '@anlian/contracts';
import type { Clock } from '../clock.ts';

export interface RateLimit {
  /** Counts one request of a source. @throws {AnlianError} `rate_limited` */
  count(source: string): void;
}

/** At most so many requests of one source in a window. What is remembered is bounded: in a flood of sources all share one count. */
export const rateLimit = (
  clock: Clock,
  {
    most,
    windowMs,
    maxSources = 10_000,
  }: { readonly most: number; readonly windowMs: number; readonly maxSources?: number },
): RateLimit => {
  let window = { startMs: clock(), counts: new Map<string, number>() };
  return {
    count: (source) => {
      const nowMs = clock();
      if (Math.abs(nowMs - window.startMs) >= windowMs) window = { startMs: nowMs, counts: new Map() };
      const { counts } = window;
      const key = counts.has(source) || counts.size < maxSources ? source : 'others';
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > most) throw new AnlianError('rate_limited');
    },
  };
};
