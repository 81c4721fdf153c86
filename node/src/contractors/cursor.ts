import { AnlianError, fromBase64Url, toBase64Url } from '@anlian/contracts';
import { and, eq, lt, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import * as z from 'zod';

/** Printable ASCII is all that times and ids are made of; a NUL would be the database's error. */
const part = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x20-\x7e]*$/);
const Position = z.tuple([part(64), part(128)]);
export type Position = z.infer<typeof Position>;

/** The place after a row in a list ordered by time and id, as an opaque cursor. */
export const toCursor = (position: Position): string => toBase64Url(new TextEncoder().encode(JSON.stringify(position)));

/** @throws {AnlianError} `invalid_input` for anything that {@link toCursor} could not have made */
export const fromCursor = (cursor: string): Position => {
  try {
    return Position.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(cursor))));
  } catch {
    throw new AnlianError('invalid_input', { field: 'cursor' });
  }
};

/** Rows after a cursor in a list that is newest first. */
export const afterCursor = (cursor: string | undefined, time: PgColumn, id: PgColumn): SQL | undefined => {
  if (cursor === undefined) return undefined;
  const [at, last] = fromCursor(cursor);
  return or(lt(time, at), and(eq(time, at), lt(id, last)));
};

/** A page from one row more than it holds. */
export const toPage = <R, T>(
  rows: readonly R[],
  limit: number,
  positionOf: (row: R) => Position,
  items: readonly T[],
): { items: T[]; next?: string } => {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: [...items], ...(last === undefined ? {} : { next: toCursor(positionOf(last)) }) };
};
