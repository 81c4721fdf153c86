import { AnlianError, type ErrorCode, type SignedCommand } from '@anlian/contracts';
import type { Logger } from 'pino';
import type { LedgerAccess } from './access.ts';
import { BATCHES, flightsOf, LOOK } from './flights.ts';
import type { CommandQueue, QueuedCommand } from './queue.ts';
import { isFinal } from './refusals.ts';

/** The way to the ledger is broken for every command: all of them wait. */
const BROKEN_LINE: ReadonlySet<ErrorCode> = new Set([
  'ledger_unavailable',
  'storage_full',
  'database_unavailable',
  'rate_limited',
  // The carrier does not know this node's sign-in: not yet, no longer, or because a clock is off.
  'unauthenticated',
]);

/** What keeps its order: one member's commands about one subject. */
const laneOf = ({ org, subject }: QueuedCommand): string => `${org} ${subject}`;

export interface SubmitterOptions {
  readonly queue: CommandQueue;
  readonly ledger: Pick<LedgerAccess, 'submit' | 'submitAll'>;
  readonly log: Logger;
  /** Signs a machine's overdue command again; a person's waits for the person. */
  readonly resignMachine: (command: QueuedCommand) => Promise<void>;
  /** Submissions on their way at the same time; commands that share a transaction are one. */
  readonly inFlight?: number;
  /** A command that the ledger took but the follower has not shown for so long is sent again; the ledger knows it by its id. */
  readonly followTimeoutMs?: number;
  readonly retryMs?: { readonly first: number; readonly most: number };
}

const isBroken = (error: AnlianError | undefined): boolean => error !== undefined && BROKEN_LINE.has(error.code);

const signedOf = (row: QueuedCommand): SignedCommand => ({ command: JSON.parse(row.command), actor: row.actor });

const anlianOf = (error: unknown): AnlianError =>
  error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error });

/**
 * Takes queued commands to the ledger: in order within a member's subject, side by side across subjects. One that waits alone goes at
 * once; those that wait together share a transaction where the rules allow it. After a failure of the line all wait; after one of the
 * command's own that will pass, that command rests while the others go on.
 */
export const startSubmitter = ({
  queue,
  ledger,
  log,
  resignMachine,
  inFlight = 32,
  followTimeoutMs = 30_000,
  retryMs = { first: 200, most: 5_000 },
}: SubmitterOptions): { stop: () => Promise<void> } => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const busyLanes = new Set<string>();
  const flying = new Set<string>();
  /** Commands that rest, by id, with the alarm that ends the rest. */
  const resting = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  const flights = new Set<Promise<void>>();
  let batches = 0;
  let pauseMs = 0;
  let pumping = false;
  let again = false;
  let launching: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** Why the ledger did not take each of them; undefined for one that it took. */
  const send = async (rows: readonly QueuedCommand[]): Promise<readonly (AnlianError | undefined)[]> => {
    const [first] = rows;
    if (first === undefined) return [];
    try {
      if (rows.length > 1 && ledger.submitAll) {
        const outcomes = await ledger.submitAll(rows.map(signedOf), { signal });
        return outcomes.map((outcome) => (outcome instanceof AnlianError ? outcome : undefined));
      }
      if (queue.isOverdue(first)) throw new AnlianError('actor_expired');
      await ledger.submit(signedOf(first), { signal });
      return [undefined];
    } catch (error) {
      return rows.map(() => anlianOf(error));
    }
  };

  const submit = async (rows: readonly QueuedCommand[]): Promise<void> => {
    const failed = await send(rows);
    if (failed.some(isBroken)) pauseMs = nextPauseMs(pauseMs);
    else if (failed.includes(undefined)) pauseMs = 0;
    await Promise.all(rows.map((row, at) => conclude(row, failed[at])));
  };

  /** The follower settles it from the block; until then the lane stays busy, so that nothing is sent twice. */
  const seen = ({ commandId }: QueuedCommand): Promise<AnlianError | undefined> => {
    failures.delete(commandId);
    return queue.settled(commandId, followTimeoutMs, signal).then(() => undefined, anlianOf);
  };

  const conclude = async (row: QueuedCommand, refusal: AnlianError | undefined): Promise<void> => {
    try {
      const failure = refusal ?? (await seen(row));
      if (failure && !signal.aborted) await settleFailure(row, failure);
    } catch (error) {
      pauseMs = retryMs.most;
      log.error(
        { commandId: row.commandId, err: error instanceof Error ? error.name : 'unknown' },
        'a command could not be settled',
      );
    } finally {
      busyLanes.delete(laneOf(row));
      flying.delete(row.commandId);
      pump();
    }
  };

  const settleFailure = async (row: QueuedCommand, error: AnlianError): Promise<void> => {
    const [isOverdue, isRefused] = [error.code === 'actor_expired', isFinal(error.code, row)];
    // What will pass says something about this command: it rests, and the others go on.
    if (!isOverdue && !isRefused && !isBroken(error)) rest(row);
    else failures.delete(row.commandId);
    if (isOverdue) return row.machine ? resignMachine(row) : queue.overdue(row.commandId);
    if (isRefused) return queue.refused(row.commandId, error);
    log.warn(
      { commandId: row.commandId, command: row.name, code: error.code },
      'the ledger did not take a command; it stays queued',
    );
  };

  const nextPauseMs = (lastMs: number): number => Math.min(lastMs === 0 ? retryMs.first : lastMs * 2, retryMs.most);

  const rest = ({ commandId }: QueuedCommand): void => {
    const times = failures.get(commandId) ?? 0;
    failures.set(commandId, times + 1);
    const wakeUp = (): void => {
      resting.delete(commandId);
      pump();
    };
    resting.set(commandId, setTimeout(wakeUp, Math.min(retryMs.first * 2 ** Math.min(times, 20), retryMs.most)));
  };

  const fly = (rows: readonly QueuedCommand[]): void => {
    for (const row of rows) {
      busyLanes.add(laneOf(row));
      flying.add(row.commandId);
    }
    const isBatch = rows.length > 1;
    if (isBatch) batches += 1;
    const flight = submit(rows).finally(() => {
      flights.delete(flight);
      if (isBatch) batches -= 1;
      pump();
    });
    flights.add(flight);
  };

  /** What is to be signed again holds up no other. */
  const boarding = (rows: readonly QueuedCommand[]): readonly (readonly QueuedCommand[])[] => {
    const ready = rows.filter((row) => !busyLanes.has(laneOf(row)) && !resting.has(row.commandId));
    if (ledger.submitAll === undefined) return ready.map((row) => [row]);
    const { alone = [], together = [] } = Object.groupBy(ready, (row) => (queue.isOverdue(row) ? 'alone' : 'together'));
    return [...alone.map((row) => [row]), ...flightsOf(together)];
  };

  const launch = async (): Promise<void> => {
    if (flights.size >= inFlight) return;
    const rows = await queue.waiting(LOOK, [...resting.keys(), ...flying]);
    const ready = boarding(rows);
    for (const group of ready) {
      if (flights.size >= inFlight || signal.aborted) return;
      if (group.length === 1 || batches < BATCHES) fly(group);
    }
    // There may be more behind those.
    if (rows.length === LOOK && ready.length > 0 && batches < BATCHES) again = true;
  };

  const pump = (): void => {
    if (signal.aborted) return;
    if (pauseMs > 0) {
      timer ??= setTimeout(() => {
        timer = undefined;
        run();
      }, pauseMs);
      return;
    }
    run();
  };

  const run = (): void => {
    if (pumping) {
      again = true;
      return;
    }
    pumping = true;
    launching = launch()
      .catch((error: unknown) => {
        log.error({ err: error instanceof Error ? error.name : 'unknown' }, 'the queue could not be read');
        pauseMs = retryMs.most;
      })
      .finally(() => {
        pumping = false;
        if (again || pauseMs > 0) {
          again = false;
          pump();
        }
      });
  };

  queue.onWake(pump);
  pump();
  return {
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      for (const alarm of resting.values()) clearTimeout(alarm);
      await launching;
      await Promise.allSettled(flights);
    },
  };
};
