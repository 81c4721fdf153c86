import { VerificationError } from '@anlian/contracts';
import { encode, Tagged } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCbor } from './coseCbor.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const LIMITS = { maxBytes: 1000, maxDepth: 4 };
const decode = (bytes: Uint8Array): unknown => decodeCbor(bytes, LIMITS, 'cwt_form');

describe('CBOR from outside', () => {
  it.each([
    ['an integer', '1a6a0f0c00', 0x6a0f0c00],
    ['a negative integer', '3824', -37],
    ['a float', 'fb41da5ac1a3e00000', 1_768_621_711.5],
    ['an integer in a longer form than needed', '1800', 0],
    ['a large integer', '1bffffffffffffffff', 2n ** 64n - 1n],
    ['bytes', '420102', hex('0102')],
    ['text', '66e5ae89e993be', '安链'],
    [
      'a map',
      'a20401617802',
      new Map<unknown, unknown>([
        [4, 1],
        ['x', 2],
      ]),
    ],
    ['a tag', 'c11a6a0f0c00', new Tagged(1, 0x6a0f0c00)],
    ['as deep as allowed', '8181818100', [[[[0]]]]],
    ['null, true and false', '83f6f5f4', [null, true, false]],
  ])('decodes %s', (_name, bytes, value) => {
    expect(decode(hex(bytes))).toEqual(value);
  });

  it.each([
    ['nothing', '', 'cut short'],
    ['an argument cut short', '1a6a0f0c', 'cut short'],
    ['a list cut short', '8201', 'past the end'],
    ['a trailing byte', '0000', 'trailing bytes'],
    ['an indefinite array', '9fff', 'indefinite'],
    ['an indefinite map', 'bfff', 'indefinite'],
    ['an indefinite byte string', '5fff', 'indefinite'],
    ['an indefinite text', '7fff', 'indefinite'],
    ['a break', 'ff', 'indefinite'],
    ['a reserved length', '1c', 'reserved'],
    ['an array of declared 2^64 - 1 items', '9bffffffffffffffff', 'past the end'],
    ['a map of declared 2^64 - 1 pairs', 'bbffffffffffffffff', 'past the end'],
    ['a map with one value too few', 'a20401', 'past the end'],
    ['a byte string of declared 2^63 bytes', '5b8000000000000000', 'past the end'],
    ['a text one byte too long', '6261', 'past the end'],
    ['an unassigned simple value', 'e0', 'simple value'],
    ['a two-byte simple value', 'f8ff', 'simple value'],
    ['a reserved simple value', 'fc', 'indefinite or reserved'],
    ['a text that is not UTF-8', '61ff', 'UTF-8'],
    ['a text with half a surrogate pair', '63eda080', 'UTF-8'],
    ['one level too deep', '818181818100', 'nested too deep'],
    ['one tag too many', 'c1c1c1c1c100', 'nested too deep'],
    ['a key of bytes', 'a1410100', 'map key'],
    ['a key of an array', 'a18000', 'map key'],
    ['a key of a float', 'a1f93c0000', 'map key'],
    ['a key twice', 'a204000401', 'malformed'],
    ['a key twice in two lengths', 'a20400180401', 'malformed'],
    ['a text key twice, in a map in a map', 'a101a2617800617801', 'malformed'],
  ])('refuses %s, and says so', (_name, bytes, detail) => {
    expect(() => decode(hex(bytes))).toThrow(
      expect.objectContaining({ check: 'cwt_form', detail: expect.stringContaining(detail) }),
    );
  });

  it('refuses one byte more than allowed, and what is no bytes', () => {
    expect(decode(encode(new Uint8Array(997)))).toEqual(new Uint8Array(997));
    expect(() => decode(encode(new Uint8Array(998)))).toThrow('longer than 1000 bytes');
    for (const input of ['a0', [0xa0], null, undefined, new ArrayBuffer(1)]) {
      expect(() => decode(input as unknown as Uint8Array)).toThrow(VerificationError);
    }
  });

  it('ends in a value or a verification error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(VerificationError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
