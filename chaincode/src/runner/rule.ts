import type { ActorClaims, AnyLedgerEvent, Command, CommandName } from '@anlian/contracts';

/** Reads of world state. Both see the transaction's own writes (the runner overlays them, on both ledgers). */
export interface StateReader {
  /** The JSON value at a key, or undefined. */
  get<T>(key: string): Promise<T | undefined>;
  /** Entries with `start <= key < end` in order of the keys' UTF-8 bytes. */
  range<T>(start: string, end: string): Promise<readonly { readonly key: string; readonly value: T }[]>;
}

export interface RuleContext {
  /** MSP of the governor that submits: it may be carrying a participant's command. */
  readonly mspId: string;
  readonly actor: ActorClaims;
  readonly txId: string;
  /** The submitter's claim, which the endorser held against its own clock. */
  readonly txTime: string;
}

/** A value to put, or null to delete. */
export type Write = readonly [key: string, value: unknown];

/** What one step changes. */
export interface Effects {
  readonly writes: readonly Write[];
  readonly events: readonly AnyLedgerEvent[];
}

export interface RuleOutcome extends Effects {
  readonly result: unknown;
}

/** One command's rule: pure, without clock, randomness or I/O other than `read`. Throws AnlianError to refuse. */
export type Rule<N extends CommandName> = (
  read: StateReader,
  command: Command<N>,
  context: RuleContext,
) => Promise<RuleOutcome>;
export type Rules = { readonly [N in CommandName]: Rule<N> };
