import { AnlianError, type ErrorCode } from '@anlian/contracts';
import type { Commit, FollowedBlock, FollowedTransaction, Ledger } from '@anlian/sdk/ledger';
import type { Governor } from '../support/governors.ts';
import type { Line, OnSign } from '../support/line.ts';

/** A running ledger of one channel whose members are these governors; the channel is not founded yet. */
export interface OpenedLedger {
  readonly governors: readonly Governor[];
  /** The port as one governor, with its own clock where a test wants a wrong one. */
  connect(governor: Governor, clock?: () => number): Ledger;
  /** The port as one governor over a line that can lose answers; `onSign` hears what it signs, before it is sent. */
  connectOverLine(governor: Governor, onSign: OnSign): Promise<{ readonly ledger: Ledger; readonly line: Line }>;
  /** Stops what serves the ledger and starts it again on the same data and address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** What a ledger may do otherwise, each with its reason. */
export interface Differences {
  readonly kind: 'embedded' | 'fabric';
  /** Endorsements on an attested transaction and on a view. */
  readonly attestations: number;
  /** What becomes of a submission whose answer was lost with the line: unknown, or found again when the line is back. */
  readonly lostAnswer: 'ledger_unavailable' | 'accepted';
}

/** The ledger with its channel founded, and who acts on it. */
export interface Scene {
  readonly differences: Differences;
  readonly opened: OpenedLedger;
  /** The port as 恒远. */
  readonly ledger: Ledger;
  readonly hengyuan: Governor;
  readonly qichuan: Governor;
  /** A name that no site has yet. */
  newSite(): string;
  registerSite(site: string, commandId?: string): Promise<Commit>;
}

/** Gives the scene inside a test: there is none before. */
export type SceneOf = () => Scene;

/** The code of a refusal. */
export const refusal = async (work: Promise<unknown>): Promise<ErrorCode | 'accepted'> =>
  work.then(
    () => 'accepted' as const,
    (error: unknown) => {
      if (error instanceof AnlianError) return error.code;
      throw error;
    },
  );

/** 恒远 over a line that takes the answers away as soon as the command's transaction is on its way to be ordered. */
export const overLosingLine = async ({ opened, hengyuan }: Scene, commandId: string) => {
  let named = 0;
  const connected = await opened.connectOverLine(hengyuan, (message) => {
    if (!Buffer.from(message).includes(commandId)) return;
    named += 1;
    // The proposal names the command first, and then the transaction that is ordered.
    if (named === 2) connected.line.hold();
  });
  return connected;
};

/** Blocks from a number to the first that is looked for. */
export const take = async (
  ledger: Ledger,
  from: number,
  until: (block: FollowedBlock) => boolean,
  previousHash?: Uint8Array,
): Promise<FollowedBlock[]> => {
  const stop = new AbortController();
  const blocks: FollowedBlock[] = [];
  for await (const block of ledger.follow({ from, signal: stop.signal, ...(previousHash && { previousHash }) })) {
    blocks.push(block);
    if (until(block)) stop.abort();
  }
  return blocks;
};

export const isOf = ({ command }: FollowedTransaction, commandId: string): boolean =>
  command.command.commandId === commandId;

export const holds = (txId: string) => (block: FollowedBlock) => block.txs.some((tx) => tx.txId === txId);
