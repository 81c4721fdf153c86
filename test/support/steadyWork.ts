import { setTimeout as pause } from 'node:timers/promises';
import { AnlianError, type SignedCommand } from '@anlian/contracts';
import type { Commit, FollowedTransaction, Ledger } from '@anlian/sdk/ledger';
import { expect } from 'vitest';
import { until } from './until.ts';

/** Commands that went to the ledger while something was broken, and what it acknowledged. */
export interface SteadyWork {
  /** Acknowledged so far. */
  readonly acknowledged: ReadonlyMap<string, Commit>;
  /** Returns when so many more are acknowledged. */
  more(count: number, within?: { readonly withinMs: number }): Promise<void>;
  /** Brings what is under way to its end. */
  finish(): Promise<void>;
}

/** Several writers that submit one command after another, each the same one again while the ledger cannot be reached, as a node's queue does. */
export const workSteadily = (ledger: Ledger, nextCommand: () => SignedCommand, writers = 3): SteadyWork => {
  const acknowledged = new Map<string, Commit>();
  let finishing = false;

  const bringThrough = async (command: SignedCommand): Promise<void> => {
    for (;;) {
      try {
        acknowledged.set(command.command.commandId, await ledger.submit(command));
        return;
      } catch (error) {
        if (!(error instanceof AnlianError) || error.code !== 'ledger_unavailable') throw error;
        await pause(100);
      }
    }
  };
  const write = async (): Promise<void> => {
    while (!finishing) await bringThrough(nextCommand());
  };
  const running = Promise.all(Array.from({ length: writers }, write));
  // Whoever finishes hears of it.
  running.catch(() => undefined);
  return {
    acknowledged,
    more: async (count, within) => {
      const enough = acknowledged.size + count;
      await until(`${count} more are acknowledged`, () => acknowledged.size >= enough, within);
    },
    finish: async () => {
      finishing = true;
      await running;
    },
  };
};

/** What was acknowledged, and nothing else, took effect once from this block on. */
export const requireEffectsOnce = async (ledger: Ledger, from: number, { acknowledged }: SteadyWork): Promise<void> => {
  const effects = await effectsOnLedger(ledger, from);
  expect([...effects.values()].filter((count) => count !== 1)).toEqual([]);
  expect([...effects.keys()].sort()).toEqual([...acknowledged.keys()].sort());
};

/** Every command on the ledger from a block up to the present, with how often it took effect. */
const effectsOnLedger = async (ledger: Ledger, from: number): Promise<ReadonlyMap<string, number>> => {
  const { height } = await ledger.describe();
  const stop = new AbortController();
  const txs: FollowedTransaction[] = [];
  for await (const block of ledger.follow({ from, signal: stop.signal })) {
    txs.push(...block.txs);
    if (block.number >= height - 1) stop.abort();
  }
  const counts = new Map<string, number>();
  for (const { code, events, command } of txs)
    if (code === 'VALID' && events.length > 0)
      counts.set(command.command.commandId, (counts.get(command.command.commandId) ?? 0) + 1);
  return counts;
};
