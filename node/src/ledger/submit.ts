import { AnlianError, type ErrorCode, type SignedCommand } from '@anlian/contracts';
import type { Logger } from 'pino';
import type { LedgerAccess } from './access.ts';
import type { CommandQueue, QueuedCommand } from './queue.ts';

/** The way to the ledger is broken for every command: all of them wait. */
const BROKEN_LINE: ReadonlySet<ErrorCode> = new Set([
  'ledger_unavailable',
  'storage_full',
  'database_unavailable',
  'rate_limited',
  // The carrier does not know this node's sign-in: not yet, no longer, or because a clock is off.
  'unauthenticated',
]);

/** Failures that will pass but say something about this command: it rests, and the others go on. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'read_conflict',
  'internal_error',
  'channel_not_founded',
  'clock_skew',
  'endorsement_mismatch',
  // Whoever carries the command has no standing, or not yet; the command's own member would be `member_expelled`.
  'submitter_unknown',
  'submitter_expired',
]);

/** `channel_not_founded` passes only for what can wait for the founding. */
const isPassing = (error: AnlianError, command: QueuedCommand): boolean =>
  PASSING.has(error.code) && !(error.code === 'channel_not_founded' && command.name.startsWith('channel:'));

/** What keeps its order: one member's commands about one subject. */
const laneOf = ({ org, subject }: QueuedCommand): string => `${org} ${subject}`;

export interface SubmitterOptions {
  readonly queue: CommandQueue;
  readonly ledger: Pick<LedgerAccess, 'submit'>;
  readonly log: Logger;
  /** Signs a machine's overdue command again; a person's waits for the person. */
  readonly resignMachine: (command: QueuedCommand) => Promise<void>;
  readonly inFlight?: number;
  /** A command that the ledger took but the follower has not shown for so long is sent again; the ledger knows it by its id. */
  readonly followTimeoutMs?: number;
  readonly retryMs?: { readonly first: number; readonly most: number };
}

/**
 * Takes queued commands to the ledger: in order within a member's subject, side by side across subjects. After a failure of the line
 * all wait; after one of the command's own that will pass, that command rests while the others go on.
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
  const busyLanes = new Set<string>();
  /** Commands that rest, by id, with the alarm that ends the rest. */
  const resting = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  const flights = new Set<Promise<void>>();
  let pauseMs = 0;
  let pumping = false;
  let again = false;
  let launching: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const submit = async (row: QueuedCommand): Promise<void> => {
    const signed: SignedCommand = { command: JSON.parse(row.command), actor: row.actor };
    try {
      if (queue.isOverdue(row)) throw new AnlianError('actor_expired');
      await ledger.submit(signed, { signal: stopping.signal });
      pauseMs = 0;
      failures.delete(row.commandId);
      // The follower settles it from the block; until then the lane stays busy, so that nothing is sent twice.
      await queue.settled(row.commandId, followTimeoutMs, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return;
      await settleFailure(
        row,
        error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error }),
      );
    }
  };

  const settleFailure = async (row: QueuedCommand, error: AnlianError): Promise<void> => {
    if (!isPassing(error, row)) failures.delete(row.commandId);
    if (error.code === 'actor_expired') return row.machine ? resignMachine(row) : queue.overdue(row.commandId);
    if (BROKEN_LINE.has(error.code)) pauseMs = nextPauseMs(pauseMs);
    else if (isPassing(error, row)) rest(row);
    else return queue.refused(row.commandId, error);
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

  const fly = (row: QueuedCommand): void => {
    busyLanes.add(laneOf(row));
    const flight = submit(row)
      .catch((error: unknown) => {
        pauseMs = retryMs.most;
        log.error(
          { commandId: row.commandId, err: error instanceof Error ? error.name : 'unknown' },
          'a command could not be settled',
        );
      })
      .finally(() => {
        busyLanes.delete(laneOf(row));
        flights.delete(flight);
        pump();
      });
    flights.add(flight);
  };

  const launch = async (): Promise<void> => {
    if (flights.size >= inFlight) return;
    for (const row of await queue.waiting(inFlight * 4, [...resting.keys()])) {
      if (flights.size >= inFlight || stopping.signal.aborted) return;
      if (!busyLanes.has(laneOf(row)) && !resting.has(row.commandId)) fly(row);
    }
  };

  const pump = (): void => {
    if (stopping.signal.aborted) return;
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
