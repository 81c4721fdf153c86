import { toDigits } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { codeText, parseCodeText } from './link.ts';

const BYTES = Uint8Array.of(0xd2, 0x84, 0x43, 0xa1);
const DIGITS = toDigits(BYTES);

describe('QR text', () => {
  it('is an upper-case link with the digits as fragment', () => {
    expect(codeText('hengyuan.localhost:8443', BYTES)).toBe(`HTTPS://HENGYUAN.LOCALHOST:8443/C#${DIGITS}`);
  });

  it('survives a browser’s location.hash', () => {
    expect(new URL(codeText('hengyuan.localhost', BYTES)).hash).toBe(`#${DIGITS}`);
  });

  it.each([
    ['33 characters', `${'a'.repeat(29)}.com`],
    ['empty', ''],
    ['a path', 'a.example/x'],
    ['a user', 'user@a.example'],
    ['spaces', 'a example'],
    ['a port that is none', 'a.example:0'],
  ])('refuses a host that is %s', (_what, host) => {
    expect(() => codeText(host, BYTES)).toThrow(RangeError);
  });

  it.each([
    ['as made', `HTTPS://A.EXAMPLE:1/C#${DIGITS}`],
    ['in lower case', `https://a.example:1/c#${DIGITS}`],
    ['with what a scanner appends', ` HTTPS://A.EXAMPLE:1/C#${DIGITS}\r\n`],
  ])('is read %s', (_what, text) => {
    expect(parseCodeText(text)).toEqual({ bytes: BYTES, host: 'a.example:1' });
  });

  it('is read as digits alone', () => {
    expect(parseCodeText(`${DIGITS}\n`)).toEqual({ bytes: BYTES, host: null });
  });

  it.each([
    ['1 MB of digits', '1'.repeat(1 << 20)],
    ['1 MB of spaces', ' '.repeat(1 << 20)],
    ['a link followed by 1 MB', `HTTPS://A/C#${'9'.repeat(1 << 20)}`],
    ['nothing', ''],
    ['white space', ' \n'],
    ['another scheme', `HTTP://A.EXAMPLE/C#${DIGITS}`],
    ['another path', `HTTPS://A.EXAMPLE/D#${DIGITS}`],
    ['a query', `HTTPS://A.EXAMPLE/C?x#${DIGITS}`],
    ['a user in the host', `HTTPS://B@A.EXAMPLE/C#${DIGITS}`],
    ['a host of 33 characters', `HTTPS://${'A'.repeat(33)}/C#${DIGITS}`],
    ['no digits', 'HTTPS://A.EXAMPLE/C#'],
    ['full-width digits', '１２３'],
    ['digits that no bytes give', '9'.repeat(37)],
    ['an impossible number of digits', '1'],
    ['two codes', `${DIGITS}\n${DIGITS}`],
  ])('refuses %s at once', (_what, text) => {
    // The quickest of three: the machine may pause for reasons of its own.
    const tookMs = [1, 2, 3].map(() => {
      const startedMs = performance.now();
      expect(() => parseCodeText(text)).toThrow(expect.objectContaining({ check: 'code_form' }));
      return performance.now() - startedMs;
    });
    expect(Math.min(...tookMs)).toBeLessThan(20);
  });
});
