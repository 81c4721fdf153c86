import { createHash } from 'node:crypto';
import { AnlianError, canonicalBytes, type LedgerReceipt, toHex, toInstant } from '@anlian/contracts';
import { and, eq } from 'drizzle-orm';
import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { CommandQueue } from '../ledger/queue.ts';
import { idempotency } from '../ledger/tables.ts';
import type { AppEnv } from './caller.ts';

export interface ChangeDeps {
  readonly db: Db;
  readonly queue: CommandQueue;
  readonly clock: Clock;
  /** How long a request waits for the ledger before it answers 202. */
  readonly commitWaitMs: number;
}

/** What a change leaves to answer with. */
export interface Changed<B extends object> {
  readonly body: B;
  /** The command that carries it to the ledger, where there is one. */
  readonly commandId?: string;
}

export type Answered<B extends object> = B & { readonly ledger?: LedgerReceipt };

type Json<B extends object, S extends 200 | 201 | 202> = Response & TypedResponse<JSONParsed<Answered<B>>, S, 'json'>;
/** 201 when done, 202 while it waits for the ledger. */
type Created<B extends object> = Json<B, 201> | Json<B, 202>;
/** 200 when done, 202 while it waits for the ledger. */
type Updated<B extends object> = Json<B, 200> | Json<B, 202>;

/**
 * The shape of every creating call: one transaction that holds the change, its evidence or command, and the answer to this
 * `Idempotency-Key`; then a wait for the ledger, and 201 when committed (or when nothing goes there), 202 while queued.
 * A repeated request with the same key answers the same body and the command's present state.
 *
 * @param input the parsed request: the same key with another input is refused
 * @throws {AnlianError} `idempotency_key_required`, `idempotency_conflict`, and the ledger's own code when it refuses
 */
export const change = async <B extends object>(
  c: Context<AppEnv>,
  deps: ChangeDeps,
  input: unknown,
  work: (tx: Tx) => Promise<Changed<B>>,
): Promise<Created<B>> => {
  const changed = await applyOnce(c, deps, keyOf(c), digestOf(input), work);
  const answer = await awaitLedger(deps, changed);
  return (isPending(answer.ledger) ? c.json(answer, 202) : c.json(answer, 201)) as Created<B>;
};

/** An update: like {@link change}, for calls that carry `If-Match` or may be repeated by nature, so no key is asked for. */
export const update = async <B extends object>(
  c: Context<AppEnv>,
  deps: ChangeDeps,
  work: (tx: Tx) => Promise<Changed<B>>,
): Promise<Updated<B>> => {
  const answer = await awaitLedger(deps, await deps.db.transaction(work));
  return (isPending(answer.ledger) ? c.json(answer, 202) : c.json(answer, 200)) as Updated<B>;
};

const isPending = (ledger: LedgerReceipt | undefined): boolean => ledger !== undefined && ledger.state !== 'committed';

const awaitLedger = async <B extends object>(
  deps: ChangeDeps,
  { body, commandId }: Changed<B>,
): Promise<Answered<B>> => {
  if (commandId === undefined) return body;
  deps.queue.wake();
  const ledger = await deps.queue.settled(commandId, deps.commitWaitMs);
  if (ledger.state === 'refused' || ledger.state === 'withdrawn') throw refusalOf(ledger);
  return { ...body, ledger };
};

const keyOf = (c: Context<AppEnv>): string => {
  const key = c.req.header('idempotency-key');
  if (!key) throw new AnlianError('idempotency_key_required', { field: 'Idempotency-Key' });
  if (!/^[\x21-\x7e]{1,128}$/.test(key))
    throw new AnlianError('invalid_input', { field: 'Idempotency-Key', detail: '1 to 128 visible ASCII characters' });
  return key;
};

const digestOf = (input: unknown): string =>
  toHex(
    createHash('sha256')
      .update(canonicalBytes(input ?? null))
      .digest(),
  );

const applyOnce = async <B extends object>(
  c: Context<AppEnv>,
  deps: ChangeDeps,
  key: string,
  digest: string,
  work: (tx: Tx) => Promise<Changed<B>>,
): Promise<Changed<B>> => {
  const where = {
    author: `${c.get('caller').org}/${c.get('caller').subject}`,
    route: `${c.req.method} ${c.req.path}`,
    key,
  };
  const before = await answered<B>(deps.db, where, digest);
  if (before) return before;
  try {
    return await deps.db.transaction(async (tx) => {
      const changed = await work(tx);
      await tx.insert(idempotency).values({
        ...where,
        digest,
        body: changed.body,
        commandId: changed.commandId ?? null,
        at: toInstant(deps.clock()),
      });
      return changed;
    });
  } catch (error) {
    // Two requests with one key at once: the second one's transaction is undone, and it answers as the first did.
    const first = isUniqueViolation(error) ? await answered<B>(deps.db, where, digest) : undefined;
    if (first) return first;
    throw error;
  }
};

const answered = async <B extends object>(
  db: Db,
  where: { author: string; route: string; key: string },
  digest: string,
): Promise<Changed<B> | undefined> => {
  const [row] = await db
    .select()
    .from(idempotency)
    .where(
      and(eq(idempotency.author, where.author), eq(idempotency.route, where.route), eq(idempotency.key, where.key)),
    );
  if (!row) return undefined;
  if (row.digest !== digest) throw new AnlianError('idempotency_conflict', { field: 'Idempotency-Key' });
  return { body: row.body as B, ...(row.commandId === null ? {} : { commandId: row.commandId }) };
};

const refusalOf = ({ error }: LedgerReceipt): AnlianError =>
  new AnlianError(error?.code ?? 'internal_error', {
    ...(error?.field == null ? {} : { field: error.field }),
    ...(error?.detail == null ? {} : { detail: error.detail }),
  });
