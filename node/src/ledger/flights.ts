import { type AnyCommand, batchGroup, MAX_BATCH_COMMANDS } from '@anlian/contracts';
import type { QueuedCommand } from './queue.ts';

/** How many waiting commands are looked at in one go. */
export const LOOK = 4 * MAX_BATCH_COMMANDS;

/** Batches on their way at the same time: while they are, whatever comes gathers for the next one. */
export const BATCHES = 4;

/** Commands that may share a transaction side by side, the others by themselves; in order of the oldest of each. */
export const flightsOf = (rows: readonly QueuedCommand[]): readonly (readonly QueuedCommand[])[] => {
  const flights: QueuedCommand[][] = [];
  const open = new Map<string, QueuedCommand[]>();
  for (const row of rows) {
    const group = batchGroup(JSON.parse(row.command) as AnyCommand);
    const flight = group === undefined ? undefined : open.get(group);
    if (flight && flight.length < MAX_BATCH_COMMANDS) {
      flight.push(row);
      continue;
    }
    const alone = [row];
    flights.push(alone);
    if (group !== undefined) open.set(group, alone);
  }
  return flights;
};
