import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromDigits, MAX_DIGITS, toDigits } from './digits.ts';

describe('QR digits', () => {
  it('bytes survive the way through digits, at every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const digits = toDigits(bytes);
        expect(digits).toMatch(/^\d*$/);
        expect(fromDigits(digits)).toEqual(bytes);
      }),
    );
  });

  it('digits that are accepted are the only ones for their bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 120 }), (digits) => {
        let bytes: Uint8Array;
        try {
          bytes = fromDigits(digits);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(toDigits(bytes)).toBe(digits);
      }),
    );
  });

  it.each([
    [1, 3],
    [2, 5],
    [14, 34],
    [15, 37],
    [16, 40],
    [275, 18 * 37 + 13],
    [355, 23 * 37 + 25],
  ])('%i bytes take %i digits', (bytes, digits) => {
    expect(toDigits(new Uint8Array(bytes).fill(0xff))).toHaveLength(digits);
  });

  it.each([
    ['more digits than bytes can give', '256'],
    ['a chunk above 2^120', '9'.repeat(37)],
    ['a number of digits that no bytes have', '1'],
    ['a sign', '-12'],
    ['a line break', '12\n'],
    ['more than a QR code holds', '0'.repeat(MAX_DIGITS + 1)],
  ])('refuses %s', (_what, digits) => {
    expect(() => fromDigits(digits)).toThrow(RangeError);
  });
});
