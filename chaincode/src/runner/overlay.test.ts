import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MapState } from '../testing/mapState.ts';
import { compareKeys } from './keyOrder.ts';
import { withWrites } from './overlay.ts';

it('orders keys as their UTF-8 bytes, which is not JavaScript’s order', () => {
  expect(compareKeys('\u{1f600}', '\uffee')).toBeGreaterThan(0);
  expect('\u{1f600}' < '\uffee').toBe(true);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

it('shows a transaction its own puts and deletions, in gets and in order in ranges', async () => {
  const state = new MapState();
  state.apply([
    ['site/a', 1],
    ['site/c', 3],
    ['site/d', 4],
    ['other/x', 9],
  ]);
  const read = withWrites(state, [
    ['site/c', null],
    ['site/b', 2],
    ['site/d', 40],
    ['site0', 5],
  ]);
  expect(await read.get('site/a')).toBe(1);
  expect(await read.get('site/b')).toBe(2);
  expect(await read.get('site/c')).toBeUndefined();
  expect(await read.range('site/', 'site0')).toEqual([
    { key: 'site/a', value: 1 },
    { key: 'site/b', value: 2 },
    { key: 'site/d', value: 40 },
  ]);
  expect(await state.get('site/b')).toBeUndefined();
});
