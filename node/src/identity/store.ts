import { createPublicKey } from 'node:crypto';
import { AnlianError, type Client, type ClientJwk, type Instant, MachineClientId, type Role } from '@anlian/contracts';
import { and, asc, eq, isNull } from 'drizzle-orm';
import { calculateJwkThumbprint } from 'jose';
import type { Db, Tx } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { Caller } from '../http/caller.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { clients } from './tables.ts';

export type ClientRow = typeof clients.$inferSelect;

/** A machine to be known by its key from now on. */
export interface NewClient {
  /** `cli_` or `gat_` id: no member’s name, so that it cannot be taken for another member’s node. */
  readonly clientId: string;
  readonly org: string;
  readonly roles: readonly Role[];
  readonly publicJwk: ClientJwk;
  readonly label: { readonly zh: string; readonly en: string };
}

/**
 * Registers a machine that signs in with `private_key_jwt`, in the transaction of whatever it is registered for.
 * @throws {AnlianError} `invalid_input` for coordinates off the curve, `already_exists`
 */
export const registerClient = async (tx: Tx, client: NewClient, registeredAt: Instant): Promise<Client> => {
  assertOnCurve(client.publicJwk);
  const { label, ...rest } = client;
  const row: ClientRow = {
    ...rest,
    roles: [...client.roles],
    kid: await calculateJwkThumbprint(client.publicJwk),
    labelZh: label.zh,
    labelEn: label.en,
    registeredAt,
    disabledAt: null,
  };
  try {
    await tx.insert(clients).values(row);
  } catch (error) {
    if (isUniqueViolation(error)) throw new AnlianError('already_exists', { field: '/clientId', cause: error });
    throw error;
  }
  return toClient(row);
};

/** The machine behind a client id, unless it is disabled. */
export const liveClient = async (db: Db, clientId: string): Promise<ClientRow | undefined> => {
  const [row] = await db
    .select()
    .from(clients)
    .where(and(eq(clients.clientId, clientId), isNull(clients.disabledAt)));
  return row;
};

/** Whose machines a caller administers: the node's own staff see all of the node's, a tenant its own. */
const within = (caller: Caller, member: string) => (caller.org === member ? undefined : eq(clients.org, caller.org));

/** A page of machines, by id. */
export const listClients = async (
  db: Db,
  caller: Caller,
  member: string,
  { cursor, limit }: PageRequest,
): Promise<{ items: Client[]; next?: string }> => {
  const rows = await db
    .select()
    .from(clients)
    .where(and(within(caller, member), afterId(cursor, clients.clientId, MachineClientId)))
    .orderBy(asc(clients.clientId))
    .limit(limit + 1);
  return toPage(rows, limit, ({ clientId }) => clientId, rows.slice(0, limit).map(toClient));
};

/**
 * Disables a machine: its tokens are refused from this moment. The first time stays when it is repeated.
 * @throws {AnlianError} `not_found`
 */
export const disableClient = async (
  tx: Tx,
  caller: Caller,
  member: string,
  clientId: string,
  at: Instant,
): Promise<{ client: Client; changed: boolean }> => {
  const mine = and(within(caller, member), eq(clients.clientId, clientId));
  const [disabled] = await tx
    .update(clients)
    .set({ disabledAt: at })
    .where(and(mine, isNull(clients.disabledAt)))
    .returning();
  const [row] = disabled ? [disabled] : await tx.select().from(clients).where(mine);
  if (!row) throw new AnlianError('not_found');
  return { client: toClient(row), changed: disabled !== undefined };
};

const assertOnCurve = (jwk: ClientJwk): void => {
  try {
    createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new AnlianError('invalid_input', { field: '/publicJwk', detail: 'not a point of P-256', cause });
  }
};

const toClient = (row: ClientRow): Client => ({
  clientId: row.clientId,
  org: row.org,
  roles: row.roles,
  kid: row.kid,
  label: { zh: row.labelZh, en: row.labelEn },
  registeredAt: row.registeredAt,
  disabledAt: row.disabledAt,
});
