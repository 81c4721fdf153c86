import type { Random } from './sources.ts';

/** A pause that an abort ends early; it never rejects. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });

/** Milliseconds before attempt `attempt` (from 1): doubling from `baseMs` up to `limitMs`, spread evenly so that the many do not come back together. */
export const backoffMs = (
  attempt: number,
  { baseMs, limitMs }: { readonly baseMs: number; readonly limitMs: number },
  random: Random,
): number => {
  const [high = 0, low = 0] = random(2);
  const fraction = (high * 256 + low) / 65_536;
  return Math.min(limitMs, baseMs * 2 ** Math.min(attempt - 1, 30)) * fraction;
};
