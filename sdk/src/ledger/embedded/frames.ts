import { AnlianError } from '@anlian/contracts';
import { concatBytes } from '../codec/bytes.ts';

const LENGTH_BYTES = 4;
/** A block is a few envelopes of some kilobytes; whatever claims more is not a block stream. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;

/** A frame of the block stream: big-endian length, then the block. Length 0 says that the line is alive. */
export const encodeFrame = (block: Uint8Array): Uint8Array => {
  const frame = new Uint8Array(LENGTH_BYTES + block.length);
  new DataView(frame.buffer).setUint32(0, block.length);
  frame.set(block, LENGTH_BYTES);
  return frame;
};

/** Cuts a stream of bytes, in chunks of any size, into the blocks that {@link encodeFrame} framed; heartbeats are dropped. */
export const createFrameReader = (): ((chunk: Uint8Array) => readonly Uint8Array[]) => {
  let waiting: Uint8Array[] = [];
  let held = 0;
  let wanted = LENGTH_BYTES;

  const lengthAt = (bytes: Uint8Array, at: number): number => {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    if (length > MAX_FRAME_BYTES)
      throw new AnlianError('ledger_corrupt', { detail: 'the block stream holds something else' });
    return length;
  };

  return (chunk) => {
    waiting.push(chunk);
    held += chunk.length;
    if (held < wanted) return [];
    const bytes = concatBytes(...waiting);
    const blocks: Uint8Array[] = [];
    let at = 0;
    for (wanted = LENGTH_BYTES; bytes.length - at >= LENGTH_BYTES; wanted = LENGTH_BYTES) {
      const length = lengthAt(bytes, at);
      wanted = LENGTH_BYTES + length;
      if (bytes.length - at < wanted) break;
      if (length > 0) blocks.push(bytes.slice(at + LENGTH_BYTES, at + wanted));
      at += wanted;
    }
    waiting = [bytes.subarray(at)];
    held = bytes.length - at;
    return blocks;
  };
};
