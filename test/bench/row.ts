import type { Random } from '@anlian/sdk/ledger';

/** One line of a bench's result. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: string;
  readonly ok?: boolean;
  /** What stands behind the number: times, sizes, what was counted. */
  readonly detail: string;
}

export interface BenchContext {
  /** From the run's seed: the same workers and papers each time. Keys and signatures are fresh. */
  readonly random: Random;
  /** Length of a chain, for a bench that makes one; its own when absent. */
  readonly blocks?: number | undefined;
  /** Prints what the figures are of: versions, sizes, profiles. */
  readonly note: (line: string) => void;
}

/** Measures one thing and cleans up after itself. Throws when what it measures went wrong: a fast failure is no result. */
export type Bench = (context: BenchContext) => Promise<readonly Row[]>;

type Goal = Pick<Row, 'goal' | 'ok'>;

export const atLeast = (value: number, limit: number): Goal => ({ goal: `≥ ${limit}`, ok: value >= limit });

export const atMost = (value: number, limit: number): Goal => ({ goal: `≤ ${limit}`, ok: value <= limit });
