import { CLOCK_TOLERANCE_MS } from '@anlian/chaincode/rules';
import {
  AnlianError,
  type AnyCommand,
  type Command,
  type CommandArgs,
  type CommandName,
  canonicalText,
  commandSubject,
  formatId,
  type LedgerReceipt,
  toInstant,
} from '@anlian/contracts';
import { and, asc, eq, inArray, notInArray } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { type ActorSigning, signActor } from './actor.ts';
import { readActor } from './readActor.ts';
import { ledgerCommands } from './tables.ts';

export type QueuedCommand = typeof ledgerCommands.$inferSelect;

/**
 * The queue between this node's changes and the ledger. A change puts its command here in its own transaction; the submitter takes it to
 * the ledger, now or when the ledger is back; the follower settles it when it is seen in a block.
 */
export interface CommandQueue {
  /** Signs a command for its caller and puts it in the queue, inside the transaction of the change. Returns the `commandId`. */
  enqueue<N extends CommandName>(
    tx: Tx,
    caller: Caller,
    name: N,
    args: CommandArgs<N>,
    commandId?: string,
  ): Promise<string>;
  /** Signs again what waited too long. @throws {AnlianError} `not_found`, `invalid_transition` */
  resign(caller: Caller, commandId: string): Promise<void>;
  /**
   * Gives a command up that waits for a signature nobody will make: its person has left. Those behind it go on after the commit and a
   * {@link wake}. Should the ledger have it after all, the follower settles it as committed.
   * @throws {AnlianError} `not_found` for another member's, `invalid_transition` for one that a person or the node still brings on its way
   */
  withdraw(tx: Tx, caller: Caller, commandId: string): Promise<QueuedCommand>;
  receipt(commandId: string): Promise<LedgerReceipt>;
  /** Resolves when the command is final and its block is projected, after `timeoutMs`, or when the signal aborts. */
  settled(commandId: string, timeoutMs: number, signal?: AbortSignal): Promise<LedgerReceipt>;
  /** Called after the commit of a transaction that enqueued. */
  wake(): void;
  /**
   * What may go to the ledger now, oldest first: of each member's commands about one subject the first that is not final, when it is
   * queued. One that waits for a signature, or stands apart, holds back those behind it.
   * @param apart ids of commands that are not to be tried now: they rest, or are on their way
   */
  waiting(limit: number, apart?: readonly string[]): Promise<QueuedCommand[]>;
  /** Final states; each wakes whoever waits in {@link settled}. */
  refused(commandId: string, error: AnlianError): Promise<void>;
  overdue(commandId: string): Promise<void>;
  /** Whether no honest ledger takes the command's signature now, by this node's clock. */
  isOverdue(command: QueuedCommand): boolean;
  /** Wakes whoever waits for commands that the follower has committed, and what they held back. */
  committed(commandIds: readonly string[]): void;
  /** The submitter listens here. */
  onWake(listener: () => void): void;
}

export interface QueueDeps extends ActorSigning {
  readonly db: Db;
  readonly channel: string;
  readonly chaincode: string;
}

export const createQueue = (deps: QueueDeps): CommandQueue => {
  const { db, channel, chaincode, clock, random } = deps;
  const waiters = new Map<string, Set<() => void>>();
  let listener: () => void = () => {};

  const notify = (commandId: string): void => {
    for (const wakeUp of waiters.get(commandId) ?? []) wakeUp();
    waiters.delete(commandId);
  };

  const receipt = async (commandId: string): Promise<LedgerReceipt> => {
    const [row] = await db.select().from(ledgerCommands).where(eq(ledgerCommands.commandId, commandId));
    if (!row) throw new AnlianError('not_found');
    return toReceipt(row);
  };

  const finish = async (
    commandId: string,
    state: 'refused' | 'needs_signature',
    error: AnlianError | undefined,
  ): Promise<void> => {
    await db
      .update(ledgerCommands)
      .set({
        state,
        errorCode: error?.code ?? null,
        errorField: error?.field ?? null,
        errorDetail: error?.detail ?? null,
        settledAt: toInstant(clock()),
      })
      .where(and(eq(ledgerCommands.commandId, commandId), eq(ledgerCommands.state, 'queued')));
    notify(commandId);
  };

  return {
    enqueue: async (tx, caller, name, args, commandId = formatId('cmd', random(16))) => {
      const command = { v: 1, channel, chaincode, commandId, name, args } as Command as AnyCommand;
      await tx.insert(ledgerCommands).values({
        commandId,
        name,
        subject: commandSubject(command),
        org: caller.org,
        author: caller.subject,
        machine: caller.acr === 'machine',
        command: canonicalText(command),
        actor: await signActor(deps, tx, caller, command),
        state: 'queued',
        enqueuedAt: toInstant(clock()),
      });
      return commandId;
    },
    resign: async (caller, commandId) => {
      await db.transaction(async (tx) => {
        const [row] = await tx
          .select()
          .from(ledgerCommands)
          .where(eq(ledgerCommands.commandId, commandId))
          .for('update');
        if (!row || row.org !== caller.org || row.author !== caller.subject) throw new AnlianError('not_found');
        // A machine's is signed again at once, without waiting for anybody.
        if (row.state !== 'needs_signature' && !(row.machine && row.state === 'queued'))
          throw new AnlianError('invalid_transition', { detail: row.state });
        const before = readActor(row.actor);
        const actor = await signActor(deps, tx, caller, JSON.parse(row.command), before?.accepted ?? before?.iat);
        await tx
          .update(ledgerCommands)
          .set({ state: 'queued', actor, errorCode: null, errorField: null, errorDetail: null, settledAt: null })
          .where(eq(ledgerCommands.commandId, commandId));
      });
      listener();
    },
    withdraw: async (tx, caller, commandId) => {
      const [row] = await tx
        .select()
        .from(ledgerCommands)
        .where(and(eq(ledgerCommands.commandId, commandId), eq(ledgerCommands.org, caller.org)))
        .for('update');
      if (!row) throw new AnlianError('not_found');
      if (row.state !== 'needs_signature') throw new AnlianError('invalid_transition', { detail: row.state });
      const withdrawn = {
        ...row,
        state: 'withdrawn' as const,
        errorCode: 'command_withdrawn' as const,
        errorField: null,
        errorDetail: null,
        settledAt: toInstant(clock()),
      };
      await tx.update(ledgerCommands).set(withdrawn).where(eq(ledgerCommands.commandId, commandId));
      return withdrawn;
    },
    receipt,
    settled: async (commandId, timeoutMs, signal) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiting = waiters.get(commandId) ?? new Set();
      waiters.set(commandId, waiting.add(resolve));
      const end = () => resolve();
      const timer = setTimeout(end, timeoutMs);
      signal?.addEventListener('abort', end);
      if (signal?.aborted) end();
      try {
        const now = await receipt(commandId);
        if (now.state !== 'queued') return now;
        await promise;
        return await receipt(commandId);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        waiting.delete(resolve);
        if (waiting.size === 0 && waiters.get(commandId) === waiting) waiters.delete(commandId);
      }
    },
    wake: () => listener(),
    waiting: (limit, apart = []) => {
      const first = db
        .selectDistinctOn([ledgerCommands.org, ledgerCommands.subject])
        .from(ledgerCommands)
        .where(inArray(ledgerCommands.state, ['queued', 'needs_signature']))
        .orderBy(ledgerCommands.org, ledgerCommands.subject, asc(ledgerCommands.seq))
        .as('first');
      const due = and(eq(first.state, 'queued'), notInArray(first.commandId, [...apart]));
      return db.select().from(first).where(due).orderBy(asc(first.seq)).limit(limit);
    },
    refused: (commandId, error) => finish(commandId, 'refused', error),
    overdue: (commandId) => finish(commandId, 'needs_signature', new AnlianError('needs_signature')),
    isOverdue: ({ actor }) => {
      const claims = readActor(actor);
      if (claims === undefined) return false;
      const isOver = clock() >= claims.exp * 1000 + CLOCK_TOLERANCE_MS;
      // Signed while this node's clock was ahead: the ledger would refuse it until that time comes.
      const isAhead = clock() < claims.iat * 1000 - CLOCK_TOLERANCE_MS;
      return isOver || isAhead;
    },
    committed: (commandIds) => {
      commandIds.forEach(notify);
      if (commandIds.length > 0) listener();
    },
    onWake: (next) => {
      listener = next;
    },
  };
};

export const toReceipt = (row: QueuedCommand): LedgerReceipt => ({
  commandId: row.commandId,
  state: row.state,
  txId: row.txId,
  blockNumber: row.blockNumber,
  error: row.errorCode && { code: row.errorCode, field: row.errorField, detail: row.errorDetail },
});
