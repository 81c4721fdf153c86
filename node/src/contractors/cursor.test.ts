import { toBase64Url } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { fromCursor, toCursor, toPage } from './cursor.ts';

const encode = (text: string) => toBase64Url(new TextEncoder().encode(text));

describe('a cursor', () => {
  it('finds its place again', () => {
    expect(fromCursor(toCursor(['2026-11-22T08:00:00.000Z', 'vio_1']))).toEqual(['2026-11-22T08:00:00.000Z', 'vio_1']);
  });

  it.each([
    '',
    'a',
    '!!',
    encode('null'),
    encode('["a"]'),
    encode('["a",1]'),
    encode('["a","b","c"]'),
    encode(`["a","${'b'.repeat(129)}"]`),
    'gICA',
  ])('is not %j', (text) => {
    expect(() => fromCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'cursor' }));
  });

  it('is on every page but the last', () => {
    const rows = ['a', 'b', 'c'];
    const page = toPage(rows, 2, (row) => ['', row], rows.slice(0, 2));
    expect(fromCursor(page.next ?? '')).toEqual(['', 'b']);
    expect(toPage(rows, 3, (row) => ['', row], rows)).toEqual({ items: rows });
  });
});
