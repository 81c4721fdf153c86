import { toBase64Url, ViolationId } from '@anlian/contracts';
import { bigint, PgDialect, pgTable, text } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { afterId, afterMoment, afterRow, cursorOf, toPage } from './page.ts';

const things = pgTable('things', { seq: bigint({ mode: 'number' }), id: text(), at: text() });
const encode = (value: string) => toBase64Url(new TextEncoder().encode(value));
const AT = '2026-11-22T08:00:00.000Z';
const VIOLATION = `vio_${'1'.repeat(32)}`;
const refused = expect.objectContaining({ code: 'invalid_input', field: 'cursor' });

const lists = {
  row: (cursor?: string) => afterRow(cursor, things.seq),
  id: (cursor?: string) => afterId(cursor, things.id, ViolationId),
  moment: (cursor?: string) => afterMoment(cursor, things.at, things.id),
};
const queryOf = (condition: ReturnType<typeof lists.row>) =>
  new PgDialect().sqlToQuery(condition ?? expect.fail('no condition'));

describe('a page', () => {
  it.each<[string, keyof typeof lists, Parameters<typeof cursorOf>[0], string, unknown[]]>([
    ['a number', 'row', 17, '"things"."seq" < $1', [17]],
    ['an id', 'id', VIOLATION, '"things"."id" > $1', [VIOLATION]],
    [
      'an instant and an id',
      'moment',
      [AT, 'vio_1'],
      '("things"."at" < $1 or ("things"."at" = $2 and "things"."id" < $3))',
      [AT, AT, 'vio_1'],
    ],
  ])('after %s finds its place again', (_what, list, place, sql, params) => {
    expect(queryOf(lists[list](cursorOf(place)))).toMatchObject({ sql, params });
  });

  it.each(Object.entries(lists))('without a cursor begins at the beginning (%s)', (_name, after) => {
    expect(after(undefined)).toBeUndefined();
  });

  it('names the next one, but for the last', () => {
    const rows = ['a', 'b', 'c'];
    expect(toPage(rows, 2, (row) => row, ['A', 'B'])).toEqual({ items: ['A', 'B'], next: 'b' });
    expect(toPage(rows, 3, (row) => row, rows)).toEqual({ items: rows });
    expect(toPage([], 1, (row) => row, [])).toEqual({ items: [] });
  });

  it.each(['0', '1', '007', '9'.repeat(15)])('begins after the row %s', (cursor) => {
    expect(queryOf(lists.row(cursor)).params).toEqual([Number(cursor)]);
  });
});

describe('a cursor that no page gave', () => {
  it.each(['', ' ', '-1', '+1', '1.5', '1e3', '0x1', '1_000', 'x', '１', 'NaN', '9'.repeat(16), '1\n', '1\u0000'])(
    'is refused in a list by number: %j',
    (cursor) => {
      expect(() => lists.row(cursor)).toThrow(refused);
    },
  );

  it.each([
    '',
    ' ',
    'a',
    `enr_${'1'.repeat(32)}`,
    `${VIOLATION}1`,
    'a b',
    'a.b',
    'a:b',
    '%',
    "a'",
    '編',
    'a\n',
    'a\u0000',
    'a'.repeat(65),
  ])('is refused in a list by id: %j', (cursor) => {
    expect(() => lists.id(cursor)).toThrow(refused);
  });

  it.each([
    '',
    'a',
    '!!',
    'gICA',
    AT,
    encode('null'),
    encode('["a"]'),
    encode('["a",1]'),
    encode('["a","b","c"]'),
    encode('["a","b\\u0000"]'),
    encode('["a\\n","b"]'),
    encode(`["${'a'.repeat(65)}","b"]`),
    encode(`["a","${'b'.repeat(129)}"]`),
  ])('is refused in a list by time: %j', (cursor) => {
    expect(() => lists.moment(cursor)).toThrow(refused);
  });
});
