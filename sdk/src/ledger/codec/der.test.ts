import { fromHex, toHex } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { derInteger, derOctets, derSequence, derUnsigned } from './der.ts';

describe('DER', () => {
  it.each([
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [255, '020200ff'],
    [256, '02020100'],
    [2 ** 53 - 1, '02071fffffffffffff'],
  ])('writes INTEGER %d in its shortest form (X.690, 8.3.2)', (value, hex) => {
    expect(toHex(derInteger(value))).toBe(hex);
  });

  it.each([
    ['0000', '020100'],
    ['00ff', '020200ff'],
    ['8000', '0203008000'],
    ['', '020100'],
  ])('writes unsigned digits %s without sign or leading zeros', (digits, hex) => {
    expect(toHex(derUnsigned(fromHex(digits)))).toBe(hex);
  });

  it.each([
    [127, '047f'],
    [128, '048180'],
    [256, '04820100'],
  ])('writes the length of %d bytes in its shortest form', (length, head) => {
    expect(toHex(derOctets(new Uint8Array(length))).slice(0, head.length)).toBe(head);
  });

  it('writes a sequence of its parts', () => {
    expect(toHex(derSequence(derInteger(1), derOctets(Uint8Array.of(2))))).toBe('3006020101040102');
  });
});
