import { performance } from 'node:perf_hooks';

export type Work = () => unknown;

/** Milliseconds that a piece of work takes. */
export const timeOf = async (work: Work): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

/** The value below which a share of them lies (nearest rank). */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;

/** p50, p99 and the slowest, as text. */
export const spread = (times: readonly number[]): string =>
  `p50 ${milliseconds(median(times))}, p99 ${milliseconds(percentile(times, 0.99))}, slowest ${milliseconds(Math.max(...times))}`;

export interface Rounds {
  readonly warmUp: number;
  readonly measured: number;
}

/**
 * Runs pieces of work turn by turn in one run, so that whatever else the machine does falls on all of them alike.
 * @param prepare makes the pieces of one round; what it does is not measured
 * @returns milliseconds of each piece, round by round, without the first `warmUp` rounds
 */
export const alternate = async <K extends string>(
  { warmUp, measured }: Rounds,
  prepare: (round: number) => Promise<Readonly<Record<K, Work>>>,
): Promise<Readonly<Record<K, readonly number[]>>> => {
  const times = new Map<string, number[]>();
  for (let round = 0; round < warmUp + measured; round++) {
    for (const [name, work] of Object.entries<Work>(await prepare(round))) {
      const ms = await timeOf(work);
      if (round >= warmUp) times.set(name, [...(times.get(name) ?? []), ms]);
    }
  }
  return Object.fromEntries(times) as Record<K, number[]>;
};

/** Runs pieces of work one after another. */
export const inTurn = async (works: readonly Work[]): Promise<void> => {
  for (const work of works) await work();
};

/** Runs pieces of work with so many under way at any time; milliseconds of each. */
export const inFlight = async (lanes: number, works: readonly Work[]): Promise<number[]> => {
  const queue = works.values();
  const times: number[] = [];
  const lane = async () => {
    for (const work of queue) times.push(await timeOf(work));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return times;
};
