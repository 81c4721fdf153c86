import type { AnlianError, SignedCommand, Text, ViewQuestion } from '@anlian/contracts';
import * as z from 'zod';
import type { AttestedTransaction } from './codec/attested.ts';
import type { EndorsedAnswer } from './codec/endorsedAnswer.ts';
import type { FollowedBlock } from './codec/followed.ts';

/** How each kind of ledger is named wherever it shows. */
export const LEDGER_LABELS = {
  embedded: { zh: '内置账本（单一运营方）', en: 'embedded, one operator' },
  fabric: { zh: 'Hyperledger Fabric', en: 'Hyperledger Fabric' },
} as const satisfies Record<string, Text>;

export type LedgerKind = keyof typeof LEDGER_LABELS;

/** What a ledger is and how far it has come. `height` counts blocks; `genesisHash` is block 0's header hash in hexadecimal. */
export const LedgerDescription = z.strictObject({
  kind: z.enum(['embedded', 'fabric']),
  label: z.strictObject({ zh: z.string(), en: z.string() }),
  channel: z.string(),
  chaincode: z.string(),
  height: z.int().min(1),
  genesisHash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LedgerDescription = z.infer<typeof LedgerDescription>;

/** A command that is on the ledger. */
export interface Commit {
  readonly txId: string;
  readonly blockNumber: number;
  readonly code: 'VALID';
  /** What the rule answered; for a repeated `commandId`, what it answered the first time. */
  readonly result: unknown;
  readonly status: 'valid';
}

export interface FollowOptions {
  /** Number of the first block wanted. */
  readonly from: number | bigint;
  /** Hash of the block before it, when the follower has it: a ledger with another history is refused. */
  readonly previousHash?: Uint8Array;
  /** Ends the following, without an error. */
  readonly signal: AbortSignal;
  /** Told each time the line breaks; the following connects again by itself. */
  readonly onLost?: () => void;
}

/**
 * The ledger, whoever keeps it. Refusals of the rules arrive as AnlianError with the rule's code. A ledger that cannot
 * be reached is `ledger_unavailable`: whether the command got there is then unknown, and the same command is sent again.
 */
export interface Ledger {
  describe(): Promise<LedgerDescription>;
  /**
   * Endorses, orders and waits for the commit. Repeats with a fresh endorsement on `MVCC_READ_CONFLICT` and
   * `PHANTOM_READ_CONFLICT` only, then gives up with `read_conflict`; and while governors answer from different blocks. When they
   * go on to differ, `endorsement_mismatch` names in `errors` who deviates from the majority on the same state, or says
   * `undetermined`. A governor whose signature does not count is passed over; `endorsement_invalid` names it where there is no
   * majority without it. The same `commandId` may be sent any number of times.
   */
  submit(signed: SignedCommand, options?: { readonly signal?: AbortSignal }): Promise<Commit>;
  /**
   * Submits commands, those that may share a transaction together, and tells of each, in the order given, what became of it. A refused
   * command takes no other with it. Whatever has to be on the ledger before another belongs in an earlier call. An abort rejects.
   */
  submitAll(
    signed: readonly SignedCommand[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly (Commit | AnlianError)[]>;
  /** Asks a read function of the chaincode. */
  query(name: string, args: unknown): Promise<unknown>;
  /**
   * Blocks in order and without gaps, present ones first, then each as it comes. Connects again by itself, with growing
   * pauses, until aborted. Throws `ledger_corrupt` when what comes is not the continuation of what came before.
   */
  follow(options: FollowOptions): AsyncIterable<FollowedBlock>;
  /** `common.Block` bytes, as the ledger keeps them. Throws `not_found` beyond the height. */
  block(number: number | bigint): Promise<Uint8Array>;
  /** A transaction with its validation code under the endorsers' signatures. Throws `not_found`. */
  attest(txId: string): Promise<AttestedTransaction>;
  /**
   * The present value of one fact, which need not be there, under the signatures of a majority of the governors, or of the operator.
   * Nothing is ordered, and no governor is asked that the members have voted out. Throws `endorsement_mismatch` when the governors go on to hold different values.
   */
  view(question: ViewQuestion): Promise<EndorsedAnswer>;
}
