import { VerificationError } from '@anlian/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntryBundle, encodeEntryBundle, parseTilePath, tilePath } from './index.ts';

describe('tile paths', () => {
  it.each([
    ['tile/0/x001/x234/067', { level: 0, index: 1_234_067n, width: 256 }],
    ['tile/0/000', { level: 0, index: 0n, width: 256 }],
    ['tile/1/x001/000', { level: 1, index: 1000n, width: 256 }],
    ['tile/63/999.p/1', { level: 63, index: 999n, width: 1 }],
    ['tile/entries/273.p/112', { level: 'entries', index: 273n, width: 112 }],
    ['tile/entries/x273/000.p/255', { level: 'entries', index: 273_000n, width: 255 }],
    ['tile/0/x009/x223/x372/x036/x854/x775/807', { level: 0, index: 2n ** 63n - 1n, width: 256 }],
  ] as const)('%s is the one address of its tile', (path, tile) => {
    expect(parseTilePath(path)).toEqual(tile);
    expect(tilePath(tile)).toBe(path);
  });

  it.each([
    '',
    'tile/0',
    'tile/0/1',
    'tile/0/0000',
    'tile/00/000',
    'tile/-1/000',
    'tile/64/000',
    'tile/100/000',
    'tile/0/x000/000',
    'tile/0/001/234',
    'tile/0/x001/x234',
    'tile/0/X001/234',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/0/000\n',
    'tile/Entries/000',
    'tile/0/x009/x223/x372/x036/x854/x775/808',
    `tile/0/${'x001/'.repeat(100_000)}000`,
    undefined as unknown as string,
  ])('%j is refused', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ check: 'merkle_form' }));
  });

  it('are not made for tiles that cannot be', () => {
    for (const tile of [
      { level: 64, index: 0 },
      { level: -1, index: 0 },
      { level: 0.5, index: 0 },
      { level: 0, index: -1 },
      { level: 0, index: 0, width: 0 },
      { level: 0, index: 0, width: 257 },
      { level: 0, index: 0, width: 1.5 },
    ]) {
      expect(() => tilePath(tile)).toThrow(VerificationError);
    }
  });
});

describe('entry bundles', () => {
  it('are entries after their lengths in 16 bits', () => {
    expect(encodeEntryBundle([Uint8Array.of(1, 2), new Uint8Array()])).toEqual(Uint8Array.of(0, 2, 1, 2, 0, 0));
  });

  it('give back any entries exactly', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, (list) => {
        const padded = Uint8Array.of(9, ...encodeEntryBundle(list));
        expect(decodeEntryBundle(padded.subarray(1))).toEqual(list);
      }),
    );
    const largest = [new Uint8Array(65_535).fill(1)];
    expect(decodeEntryBundle(encodeEntryBundle(largest))).toEqual(largest);
  });

  it('that are cut short, too long or empty are refused', () => {
    const bundle = encodeEntryBundle([Uint8Array.of(1, 2, 3)]);
    for (let length = 0; length < bundle.length; length++) {
      expect(() => decodeEntryBundle(bundle.subarray(0, length))).toThrow(VerificationError);
    }
    expect(() => decodeEntryBundle(Uint8Array.of(...bundle, 0))).toThrow(VerificationError);
    expect(() => decodeEntryBundle(new Uint8Array(2 * 257))).toThrow(VerificationError);
    expect(() => decodeEntryBundle('00' as unknown as Uint8Array)).toThrow(VerificationError);
    expect(() => encodeEntryBundle([])).toThrow(VerificationError);
    expect(() => encodeEntryBundle(Array(257).fill(new Uint8Array()))).toThrow(VerificationError);
    expect(() => encodeEntryBundle([new Uint8Array(65_536)])).toThrow(VerificationError);
  });
});
