import { describe, expect, it } from 'vitest';
import { rowCursor } from './rowCursor.ts';

describe('the number of a row after which a page begins', () => {
  it.each(['0', '1', '007', '9'.repeat(15)])('is %s', (text) => {
    expect(rowCursor(text)).toBe(Number(text));
  });

  it.each(['', ' ', '-1', '+1', '1.5', '1e3', '0x1', '1_000', 'x', '１', 'NaN', '9'.repeat(16), '1\n', '1\u0000'])(
    'is not %j',
    (text) => {
      expect(() => rowCursor(text)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'cursor' }));
    },
  );
});
