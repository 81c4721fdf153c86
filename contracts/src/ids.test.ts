import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './canonical.ts';
import { base64Url, CompanyId, Digest } from './ids.ts';

const MOST = 40;
const accepts = (text: unknown): boolean => base64Url(MOST).safeParse(text).success;

describe('base64url', () => {
  it('takes what any bytes give, up to the length, and nothing longer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: MOST + 4 }), (bytes) => {
        expect(accepts(toBase64Url(bytes))).toBe(bytes.length <= MOST);
      }),
    );
  });

  it('has one form of the same bytes: what it takes comes back as it was', () => {
    const character = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 9 }), (text) => {
        if (accepts(text)) expect(toBase64Url(fromBase64Url(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('may be as long as a block', () => {
    const megabytes = 'A'.repeat(16 << 20);
    expect(base64Url(12 << 20).safeParse(megabytes).success).toBe(true);
    expect(base64Url(12 << 20).safeParse(`${megabytes.slice(1)}!`).success).toBe(false);
  });

  it.each<[string, unknown]>([
    ['bits that no byte has, in two characters', 'AB'],
    ['bits that no byte has, in three characters', 'AAB'],
    ['a single character', 'A'],
    ['a character too many', 'AAAAA'],
    ['padding', 'AA=='],
    ['padding alone', '='],
    ['the other alphabet', 'AA+/'],
    ['a blank', 'AA A'],
    ['a line break at the end', 'AAAA\n'],
    ['a line break within', 'AA\nA'],
    ['a NUL', 'AAA\u0000'],
    ['full-width letters', 'ＡＡＡＡ'],
    ['an emoji', '🙂'],
    ['a number', 1234],
    ['nothing', null],
  ])('is not %s', (_what, text) => {
    expect(accepts(text)).toBe(false);
  });

  it.each(['A'.repeat(42), `${'A'.repeat(42)}B`, 'A'.repeat(44), `${'A'.repeat(43)}=`, `${'A'.repeat(43)}\n`])(
    'of 32 bytes is not %j',
    (text) => {
      expect(Digest.safeParse(text).success).toBe(false);
    },
  );
});

describe('a company id', () => {
  it.each(['91990101MAAA00012T', `cmt_${'A'.repeat(43)}`])('is %s', (text) => {
    expect(CompanyId.safeParse(text).success).toBe(true);
  });

  it.each([
    '',
    '91990101MAAA00012T\n',
    ' 91990101MAAA00012T',
    '91990101maaa00012t',
    '91990101MAAA00012',
    `cmt_${'A'.repeat(42)}B`,
    `cmt_${'A'.repeat(44)}`,
    'A'.repeat(100_000),
  ])('is not %j, and the fault is the code’s', (text) => {
    const issues = CompanyId.safeParse(text).error?.issues ?? [];
    expect(issues.some((issue) => 'params' in issue && issue.params?.error === 'invalid_uscc')).toBe(true);
  });
});
