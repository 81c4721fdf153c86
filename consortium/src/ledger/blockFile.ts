import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { AnlianError } from '@anlian/contracts';
import { sameBytes } from '@anlian/sdk/ledger';

/**
 * The file of blocks. Each is `ANLB`, length, CRC-32 of these eight bytes, the block, its CRC-32, `END\n`; numbers are
 * big-endian. The last four bytes are not zero, so a block of which the disk kept only the length is told from a damaged one.
 */
const MAGIC = Buffer.from('ANLB');
const END = Buffer.from('END\n');
const HEADER_BYTES = 12;
const TRAILER_BYTES = 8;

export interface BlockFile {
  /** Appends one block and returns when it is on the disk. Throws `storage_full` with the file as it was before. */
  append(block: Uint8Array): Promise<void>;
  read(number: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface OpenedBlockFile {
  readonly file: BlockFile;
  /** Bytes of an unfinished last block that were cut off. */
  readonly tornBytes: number;
}

type Handle = Awaited<ReturnType<typeof open>>;

const frame = (block: Uint8Array): Buffer => {
  const out = Buffer.alloc(HEADER_BYTES + block.length + TRAILER_BYTES);
  MAGIC.copy(out, 0);
  out.writeUInt32BE(block.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8);
  out.set(block, HEADER_BYTES);
  out.writeUInt32BE(crc32(block), HEADER_BYTES + block.length);
  END.copy(out, HEADER_BYTES + block.length + 4);
  return out;
};

const corrupt = (at: number, detail: string): AnlianError =>
  new AnlianError('ledger_corrupt', { field: `byte ${at}`, detail });

const readAt = async (handle: Handle, at: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length);
  let held = 0;
  while (held < length) {
    const { bytesRead } = await handle.read(buffer, held, length - held, at + held);
    if (bytesRead === 0) break;
    held += bytesRead;
  }
  return buffer.subarray(0, held);
};

/** Writes can be short when the disk fills up; the rest then says why. */
const writeAt = async (handle: Handle, bytes: Uint8Array, at: number): Promise<void> => {
  for (let done = 0; done < bytes.length; )
    done += (await handle.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
};

/** The length in a frame's header; undefined when these are not the first bytes of a frame. */
const lengthOf = (header: Buffer): number | undefined =>
  sameBytes(header.subarray(0, 4), MAGIC) && header.readUInt32BE(8) === crc32(header.subarray(0, 8))
    ? header.readUInt32BE(4)
    : undefined;

/** The number of bytes before the zeros at the end: a file that grew without its data reads as zeros. */
const withoutZeros = (bytes: Buffer): number => {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return length;
};

const HEAD_CHUNK = 1 << 16;

/** Whether nothing but zeros follows, however much that is. */
const isZeroFrom = async (handle: Handle, at: number, end: number): Promise<boolean> => {
  for (let from = at; from < end; from += HEAD_CHUNK) {
    if (withoutZeros(await readAt(handle, from, Math.min(HEAD_CHUNK, end - from))) > 0) return false;
  }
  return true;
};

/** The block at `at`, or `torn` where a write stopped before its end. Throws `ledger_corrupt` for anything else. */
const readFrame = async (handle: Handle, at: number, size: number): Promise<Buffer | 'torn'> => {
  const header = await readAt(handle, at, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return 'torn';
  const length = lengthOf(header);
  if (length === undefined) {
    if (await isZeroFrom(handle, at + withoutZeros(header), size)) return 'torn';
    throw corrupt(at, 'a block’s frame is damaged');
  }
  const rest = await readAt(handle, at + HEADER_BYTES, length + TRAILER_BYTES);
  if (withoutZeros(rest) < length + TRAILER_BYTES && (await isZeroFrom(handle, at + HEADER_BYTES + rest.length, size)))
    return 'torn';
  const block = rest.subarray(0, length);
  if (rest.readUInt32BE(length) !== crc32(block) || !sameBytes(rest.subarray(length + 4), END))
    throw corrupt(at, 'a block is damaged');
  return block;
};

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const toError = (cause: unknown): AnlianError => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  return new AnlianError(NO_SPACE.has(code) ? 'storage_full' : 'ledger_unavailable', {
    detail: `the block could not be written (${code})`,
    cause,
  });
};

const syncDirectory = async (path: string): Promise<void> => {
  const directory = await open(dirname(path), 'r');
  await directory.sync().finally(() => directory.close());
};

/** Opens the file, or makes it, and hands every whole block in it to `visit` in order. A torn tail is cut. */
export const openBlockFile = async (
  path: string,
  visit: (block: Uint8Array, number: number) => Promise<void>,
): Promise<OpenedBlockFile> => {
  const handle = await open(path, 'a+').then(async (made) => {
    await made.close();
    return open(path, 'r+');
  });
  try {
    return await readAll(handle, path, visit);
  } catch (error) {
    await handle.close();
    throw error;
  }
};

const readAll = async (
  handle: Handle,
  path: string,
  visit: (block: Uint8Array, number: number) => Promise<void>,
): Promise<OpenedBlockFile> => {
  const { size } = await handle.stat();
  const places: { readonly at: number; readonly length: number }[] = [];
  let end = 0;
  while (end < size) {
    const block = await readFrame(handle, end, size);
    if (block === 'torn') break;
    await visit(block, places.length);
    places.push({ at: end + HEADER_BYTES, length: block.length });
    end += HEADER_BYTES + block.length + TRAILER_BYTES;
  }
  if (end < size) {
    await handle.truncate(end);
    await handle.sync();
  }
  if (size === 0) await syncDirectory(path);
  return { file: appender(handle, places, end), tornBytes: size - end };
};

const appender = (
  handle: Handle,
  places: { readonly at: number; readonly length: number }[],
  start: number,
): BlockFile => {
  let end = start;
  /** Set while the bytes after `end` are unknown: they go before anything else is written. */
  let dirty = false;

  const cut = async (): Promise<void> => {
    await handle.truncate(end);
    await handle.datasync();
    dirty = false;
  };

  const append = async (block: Uint8Array): Promise<void> => {
    const bytes = frame(block);
    if (dirty) await cut();
    dirty = true;
    await writeAt(handle, bytes, end);
    await handle.datasync();
    dirty = false;
    places.push({ at: end + HEADER_BYTES, length: block.length });
    end += bytes.length;
  };

  return {
    append: async (block) => {
      try {
        await append(block);
      } catch (cause) {
        // A cut that fails too leaves `dirty` set, and is tried again before the next block.
        if (dirty) await cut().catch(() => undefined);
        throw toError(cause);
      }
    },
    read: async (number) => {
      const place = places[number];
      if (place === undefined)
        throw new AnlianError('not_found', { field: 'block', detail: `the ledger has ${places.length} blocks` });
      return readAt(handle, place.at, place.length);
    },
    close: () => handle.close(),
  };
};
