import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openBlockFile } from './blockFile.ts';

const dir = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'anlian-blocks-'));
const path = join(dir, 'blocks.anlb');
afterAll(() => rmSync(dir, { recursive: true }));

const FRAME_BYTES = 20;

const read = async () => {
  const blocks: Buffer[] = [];
  const opened = await openBlockFile(path, async (block) => void blocks.push(Buffer.from(block)));
  return { ...opened, blocks };
};

/** A file of these blocks. */
const written = async (blocks: readonly Uint8Array[]): Promise<Buffer> => {
  rmSync(path, { force: true });
  const { file } = await read();
  for (const block of blocks) await file.append(block);
  await file.close();
  return readFileSync(path);
};

/** Every byte value, zeros at the end among them. */
const BLOCK = Uint8Array.from({ length: 700 }, (_, at) => (at > 600 ? 0 : at));

describe('the file of blocks', () => {
  it('gives back what was appended, in order, and by number', async () => {
    await written([BLOCK, BLOCK.subarray(0, 1), new Uint8Array()]);
    const { file, blocks, tornBytes } = await read();
    expect(blocks.map(({ length }) => length)).toEqual([700, 1, 0]);
    expect(tornBytes).toBe(0);
    expect(Buffer.compare(await file.read(0), BLOCK)).toBe(0);
    await expect(file.read(3)).rejects.toMatchObject({ code: 'not_found' });
    await file.close();
  });

  it('cuts a last block of which only the first n bytes were written, for every n, and takes the next in its place', {
    timeout: 60_000,
  }, async () => {
    const whole = await written([BLOCK, BLOCK]);
    const start = BLOCK.length + FRAME_BYTES;
    for (let length = start + 1; length < whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const { file, blocks, tornBytes } = await read();
      expect([blocks.length, tornBytes], `cut at byte ${length}`).toEqual([1, length - start]);
      await file.append(BLOCK);
      await file.close();
      expect(readFileSync(path).equals(whole), `cut at byte ${length}`).toBe(true);
    }
  });

  it('cuts a last block whose end the disk kept as zeros, from every byte', { timeout: 60_000 }, async () => {
    const whole = await written([BLOCK, BLOCK]);
    const start = BLOCK.length + FRAME_BYTES;
    for (let from = start; from < whole.length; from++) {
      writeFileSync(path, Buffer.from(whole).fill(0, from));
      const { file, blocks } = await read();
      expect(blocks, `zeros from byte ${from}`).toHaveLength(1);
      await file.close();
    }
  });

  it('refuses any changed byte of a whole block, the last one’s too, and leaves the file alone', {
    timeout: 60_000,
  }, async () => {
    const whole = await written([BLOCK, BLOCK]);
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x80;
      writeFileSync(path, bytes);
      await expect(read(), `byte ${at}`).rejects.toMatchObject({ code: 'ledger_corrupt' });
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });
});
