import { AnlianError, type ErrorCode, type SignedCommand } from '@anlian/contracts';
import type { Logger } from 'pino';
import type { LedgerAccess } from './access.ts';
import type { CommandQueue, QueuedCommand } from './queue.ts';

/** Failures that say nothing about the command: it stays in the queue and is tried again. */
const TEMPORARY: ReadonlySet<ErrorCode> = new Set([
  'ledger_unavailable',
  'storage_full',
  'database_unavailable',
  'read_conflict',
  'rate_limited',
  'internal_error',
  'channel_not_founded',
  'clock_skew',
  'endorsement_mismatch',
  // Whoever carries the command has no standing, or not yet; the command's own member would be `member_expelled`.
  'submitter_unknown',
]);

/** `channel_not_founded` is temporary only for what can wait for the founding. */
const isTemporary = (error: AnlianError, command: QueuedCommand): boolean =>
  TEMPORARY.has(error.code) && !(error.code === 'channel_not_founded' && command.name.startsWith('channel:'));

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

/** Takes queued commands to the ledger: in order within a subject, side by side across subjects, again after a failure of the line. */
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
  const busySubjects = new Set<string>();
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
      // The follower settles it from the block; until then the subject stays busy, so that nothing is sent twice.
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
    if (error.code === 'actor_expired') return row.machine ? resignMachine(row) : queue.overdue(row.commandId);
    if (!isTemporary(error, row)) return queue.refused(row.commandId, error);
    pauseMs = Math.min(pauseMs === 0 ? retryMs.first : pauseMs * 2, retryMs.most);
    log.warn(
      { commandId: row.commandId, command: row.name, code: error.code, retryInMs: pauseMs },
      'the ledger did not take a command; it stays queued',
    );
  };

  const fly = (row: QueuedCommand): void => {
    busySubjects.add(row.subject);
    const flight = submit(row)
      .catch((error: unknown) => {
        pauseMs = retryMs.most;
        log.error(
          { commandId: row.commandId, err: error instanceof Error ? error.name : 'unknown' },
          'a command could not be settled',
        );
      })
      .finally(() => {
        busySubjects.delete(row.subject);
        flights.delete(flight);
        pump();
      });
    flights.add(flight);
  };

  const launch = async (): Promise<void> => {
    if (flights.size >= inFlight) return;
    const held = new Set(busySubjects);
    for (const row of await queue.waiting(inFlight * 4)) {
      if (flights.size >= inFlight || stopping.signal.aborted) return;
      if (held.has(row.subject)) continue;
      held.add(row.subject);
      fly(row);
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
      await launching;
      await Promise.allSettled(flights);
    },
  };
};
