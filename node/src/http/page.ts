import { AnlianError, fromBase64Url, toBase64Url } from '@anlian/contracts';
import { and, eq, gt, lt, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import * as z from 'zod';

/** Which page of a list is asked for. */
export interface PageRequest {
  /** What the page before gave as its `next`. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Where a row stands in its list: by its number, by its id, or by an instant and its id. */
export type Place = number | string | readonly [at: string, id: string];

/** The cursor of the page that begins after a row. */
export const cursorOf = (place: Place): string =>
  typeof place === 'object' ? toBase64Url(new TextEncoder().encode(JSON.stringify(place))) : String(place);

const numeral = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
/** Printable ASCII is all that times and ids are made of; a NUL would be the database's error. */
const printable = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[\x20-\x7e]*$/);
const moment = z.tuple([printable(64), printable(128)]);

const read = <T>(cursor: string, form: z.ZodType<T>, decode: (text: string) => unknown): T => {
  try {
    return form.parse(decode(cursor));
  } catch {
    throw new AnlianError('invalid_input', { field: 'cursor' });
  }
};

const fromJson = (text: string): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(text)));

const unless = <T>(value: T | undefined, condition: (value: T) => SQL | undefined): SQL | undefined =>
  value === undefined ? undefined : condition(value);

/** Rows after a cursor in a list by number, highest first. @throws {AnlianError} `invalid_input` for what no page gave as its `next` */
export const afterRow = (cursor: string | undefined, row: PgColumn): SQL | undefined =>
  unless(cursor, (text) => lt(row, read(text, numeral, String)));

/** Rows after a cursor in a list by ids of a form. @throws {AnlianError} `invalid_input` for what no page gave as its `next` */
export const afterId = (cursor: string | undefined, column: PgColumn, id: z.ZodType<string>): SQL | undefined =>
  unless(cursor, (text) => gt(column, read(text, id, String)));

/** Rows after a cursor in a list by time and id, newest first. @throws {AnlianError} `invalid_input` for what no page gave as its `next` */
export const afterMoment = (cursor: string | undefined, time: PgColumn, column: PgColumn): SQL | undefined =>
  unless(cursor, (text) => {
    const [at, last] = read(text, moment, fromJson);
    return or(lt(time, at), and(eq(time, at), lt(column, last)));
  });

/** A page from one row more than it holds; `items` are what it shows of the others. */
export const toPage = <R, T>(
  rows: readonly R[],
  limit: number,
  placeOf: (row: R) => Place,
  items: readonly T[],
): { items: T[]; next?: string } => {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: [...items], ...(last === undefined ? {} : { next: cursorOf(placeOf(last)) }) };
};
