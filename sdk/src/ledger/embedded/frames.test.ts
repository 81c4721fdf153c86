import { describe, expect, it } from 'vitest';
import { concatBytes } from '../codec/bytes.ts';
import { createFrameReader, encodeFrame } from './frames.ts';

const blocks = [Uint8Array.of(1, 2, 3), new Uint8Array(300).fill(4), Uint8Array.of(5)];
const HEARTBEAT = encodeFrame(new Uint8Array());
const wire = concatBytes(HEARTBEAT, ...blocks.flatMap((block) => [encodeFrame(block), HEARTBEAT]));

describe('the frames of a block stream', () => {
  it('come out the same however the line cuts them up, heartbeats left out', () => {
    for (const size of [1, 2, 3, 5, 7, 64, wire.length]) {
      const read = createFrameReader();
      const got: Uint8Array[] = [];
      for (let at = 0; at < wire.length; at += size) got.push(...read(wire.slice(at, at + size)));
      expect(got, `in pieces of ${size}`).toEqual(blocks);
    }
  });

  it('refuse a length that no block has, before any memory is taken for it', () => {
    const read = createFrameReader();
    expect(() => read(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow(
      expect.objectContaining({ code: 'ledger_corrupt' }),
    );
  });
});
