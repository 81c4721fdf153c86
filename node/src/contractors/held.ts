import { AnlianError, toInstant } from '@anlian/contracts';
import { and, inArray } from 'drizzle-orm';
import type * as z from 'zod';
import type { Clock, Random } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import { type Committed, commitTo, opens } from './commitment.ts';
import { type Scope, seenRecords } from './scope.ts';
import { heldRecords } from './tables.ts';

export type HeldKind = (typeof heldRecords.$inferSelect)['kind'];

/** Whose record it is and what it is about. */
export interface Belonging {
  readonly org: string;
  readonly kind: HeldKind;
  readonly about: string;
  readonly company: string | null;
}

interface Sources {
  readonly clock: Clock;
  readonly random: Random;
}

/** Keeps a record at home and returns the commitment that goes to the ledger in its place. */
export const holdRecord = async <T>(
  tx: Tx,
  { clock, random }: Sources,
  belonging: Belonging,
  record: T,
): Promise<Committed<T>> => {
  const committed = commitTo(record, random);
  await tx.insert(heldRecords).values({ ...belonging, ...committed, at: toInstant(clock()) });
  return committed;
};

/** Keeps a record that another member disclosed. @throws {AnlianError} `invalid_input` unless it opens the commitment */
export const holdDisclosed = async (
  tx: Tx,
  clock: Clock,
  belonging: Belonging,
  disclosed: Committed<unknown>,
): Promise<void> => {
  if (!opens(disclosed.commitment, disclosed.record, disclosed.salt))
    throw new AnlianError('invalid_input', {
      field: '/record',
      detail: 'record and salt do not give the commitment on the ledger',
    });
  await tx
    .insert(heldRecords)
    .values({ ...belonging, ...disclosed, at: toInstant(clock()) })
    .onConflictDoNothing();
};

/** The records behind some commitments that the caller may see, with their salts. */
export const readHeld = async (
  db: Db | Tx,
  scope: Scope,
  commitments: readonly string[],
): Promise<ReadonlyMap<string, Committed<unknown>>> => {
  if (commitments.length === 0) return new Map();
  const rows = await db
    .select({ commitment: heldRecords.commitment, record: heldRecords.record, salt: heldRecords.salt })
    .from(heldRecords)
    .where(and(inArray(heldRecords.commitment, [...commitments]), seenRecords(scope)));
  return new Map(rows.map((row) => [row.commitment, row]));
};

/** A held record in the form that the API shows; null where it is not held or of another form (another member's own). */
export const shown = <S extends z.ZodType>(schema: S, held: Committed<unknown> | undefined): z.infer<S> | null => {
  const parsed = held && schema.safeParse(held.record);
  return parsed?.success ? parsed.data : null;
};
