import { AnlianError, type BatchEvent } from '@anlian/contracts';
import { decodeBatch } from './decodeBatch.ts';
import { withWrites } from './overlay.ts';
import { refusalOfBatch } from './place.ts';
import type { RuleOutcome, StateReader, Write } from './rule.ts';
import { runGiven, type TransactionFacts } from './run.ts';

/**
 * Runs the commands of a batch in order, each under its own actor's authority and upon what those before it wrote: all or none. One list
 * of events, each with its command's id, and one of results. A refusal says which commands are refused, as `/batch/<index>`, under
 * the rule's own code.
 * @throws AnlianError of the first refused command, with a fault of every one
 */
export const runBatch = async (
  read: StateReader,
  bytes: Uint8Array,
  transaction: TransactionFacts,
): Promise<RuleOutcome> => {
  const writes = new Map<string, unknown>();
  const events: BatchEvent[] = [];
  const results: unknown[] = [];
  const refused: [number, AnlianError][] = [];
  for (const [index, given] of decodeBatch(bytes).entries()) {
    const { commandId } = given.command;
    try {
      const outcome = await runGiven(withWrites(read, [...writes]), given, transaction);
      for (const [key, value] of outcome.writes) writes.set(key, value);
      events.push(...outcome.events.map((event) => ({ ...event, commandId })));
      results.push(outcome.result ?? null);
    } catch (error) {
      if (!(error instanceof AnlianError)) throw error;
      refused.push([index, error]);
    }
  }
  if (refused.length > 0) throw refusalOfBatch(refused);
  return { writes: [...writes] satisfies Write[], events, result: results };
};
