import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { EmbeddedLedger, Genesis, LedgerLog } from '@anlian/consortium/ledger';
import { type DecodedBlock, decodeBlock, encodeBlock, VALIDATION_CODES } from '@anlian/sdk/ledger';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectAs, genesisWith, inProcess, openIn, quietLog, temporaryDirectory } from '../support/embeddedLedger.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';

const FILE = 'blocks.anlb';

describe('what the embedded ledger makes of its file at start', () => {
  const root = temporaryDirectory();
  let governors: Governor[];
  let genesis: Genesis;
  /** Byte at which each block's frame begins, and the end of the file. */
  const ends: number[] = [];
  let whole: Buffer;
  let dir: string;
  let opened: EmbeddedLedger | undefined;
  let copies = 0;

  const portOf = (ledger: EmbeddedLedger) =>
    connectAs(governors[0] as Governor, 'http://ledger', { fetch: inProcess(() => ledger) });
  const register = (ledger: EmbeddedLedger, site: string) =>
    portOf(ledger).submit(signedBy(governors[0] as Governor, 'site:register', { site }));
  const siteAt = (ledger: EmbeddedLedger, site: string) => portOf(ledger).query('query:get', { key: `site/${site}` });

  beforeAll(async () => {
    governors = await foundingGovernors();
    genesis = await genesisWith(governors);
    const first = join(root, 'first');
    const ledger = await openIn(first, genesis);
    ends.push(statSync(join(first, FILE)).size);
    await foundChannel(governors, portOf(ledger));
    for (const site of ['site-1', 'site-2', 'site-3']) {
      await register(ledger, site);
      ends.push(statSync(join(first, FILE)).size);
    }
    await ledger.close();
    whole = readFileSync(join(first, FILE));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  beforeEach(() => {
    copies += 1;
    dir = join(root, `copy-${copies}`);
    mkdirSync(dir);
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
    rmSync(dir, { recursive: true });
  });

  const put = (bytes: Uint8Array) => writeFileSync(join(dir, FILE), bytes);
  const open = async (log: LedgerLog = quietLog) => {
    opened = await openIn(dir, genesis, { log });
    return opened;
  };
  const lastStart = () => ends.at(-2) ?? 0;

  it('rebuilds height, hashes and state from the blocks alone', async () => {
    put(whole);
    const ledger = await open();
    expect(ledger.describe().height).toBe(7);
    expect(await siteAt(ledger, 'site-3')).toMatchObject({ site: 'site-3' });
    expect((await register(ledger, 'site-4')).blockNumber).toBe(7);
  });

  it('cuts an unfinished last block wherever the write stopped, says so, and goes on', {
    timeout: 120_000,
  }, async () => {
    const warned: object[] = [];
    const log: LedgerLog = { ...quietLog, warn: (fields) => void warned.push(fields) };
    const lengths = Array.from({ length: whole.length - lastStart() - 1 }, (_, at) => lastStart() + 1 + at).filter(
      (length) => length % 41 === 0,
    );
    for (const length of lengths) {
      put(whole.subarray(0, length));
      const ledger = await open(log);
      expect(ledger.describe().height, `cut at byte ${length}`).toBe(6);
      await ledger.close();
    }
    expect(warned).toEqual(lengths.map((length) => ({ tornBytes: length - lastStart(), height: 6 })));
    put(whole.subarray(0, whole.length - 10));
    const ledger = await open();
    expect(await siteAt(ledger, 'site-3')).toBeNull();
    expect((await register(ledger, 'site-3')).blockNumber).toBe(6);
  });

  it.each([
    ['the disk kept the length but not the data', (bytes: Buffer, start: number) => bytes.fill(0, start)],
    ['the disk kept the first sector of the data', (bytes: Buffer, start: number) => bytes.fill(0, start + 512)],
  ])('cuts a last block of which %s', async (_, lose) => {
    put(lose(Buffer.from(whole), lastStart()));
    expect((await open()).describe().height).toBe(6);
  });

  it('refuses a changed byte anywhere before the last block', { timeout: 180_000 }, async () => {
    const last = lastStart();
    const step = Math.max(1, Math.floor(last / 100));
    for (let at = 0; at < last; at += step) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      put(bytes);
      await expect(open(), `byte ${at}`).rejects.toMatchObject({ code: 'ledger_corrupt' });
    }
    expect(readFileSync(join(dir, FILE)).length).toBe(whole.length);
  });

  it('refuses every changed byte of an acknowledged last block, and leaves the file as it is', {
    timeout: 180_000,
  }, async () => {
    const step = Math.max(1, Math.floor((whole.length - lastStart()) / 100));
    for (let at = lastStart(); at < whole.length; at += step) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      put(bytes);
      await expect(open(), `byte ${at}`).rejects.toMatchObject({ code: 'ledger_corrupt' });
      expect(statSync(join(dir, FILE)).size).toBe(whole.length);
    }
  });

  it.each<[string, () => Buffer]>([
    ['a block is missing', () => Buffer.concat([whole.subarray(0, ends[1]), whole.subarray(ends[2])])],
    ['a block is there twice', () => Buffer.concat([whole, whole.subarray(lastStart())])],
    ['the first block is missing', () => whole.subarray(ends[0])],
    ['something else follows the blocks', () => Buffer.concat([whole, Buffer.from('something else entirely')])],
  ])('refuses a file in which %s', async (_, bytes) => {
    put(bytes());
    await expect(open()).rejects.toMatchObject({ code: 'ledger_corrupt' });
  });

  /** The blocks of the file, and a file of blocks: magic, length, CRC, block, CRC, end. */
  const blocksOf = (bytes: Buffer): Buffer[] => {
    const blocks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 12 + (blocks.at(-1)?.length ?? 0) + 8)
      blocks.push(bytes.subarray(at + 12, at + 12 + bytes.readUInt32BE(at + 4)));
    return blocks;
  };
  const uint32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const framed = (block: Uint8Array): Buffer => {
    const head = Buffer.concat([Buffer.from('ANLB'), uint32(block.length)]);
    return Buffer.concat([head, uint32(crc32(head)), block, uint32(crc32(block)), Buffer.from('END\n')]);
  };
  const replaced = (number: number, block: Uint8Array) =>
    Buffer.concat(blocksOf(whole).map((one, at) => framed(at === number ? block : one)));
  const inverted = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);

  it.each<[string, (block: DecodedBlock) => Partial<DecodedBlock>, RegExp]>([
    ['a validity code', () => ({ filter: Uint8Array.of(VALIDATION_CODES.MVCC_READ_CONFLICT) }), /commit hash/],
    ['the commit hash', ({ commitHash = new Uint8Array() }) => ({ commitHash: inverted(commitHash) }), /commit hash/],
    ['the number', ({ header }) => ({ header: { ...header, number: 9 } }), /in its place/],
    [
      'the previous hash',
      ({ header }) => ({ header: { ...header, previousHash: inverted(header.previousHash) } }),
      /continue/,
    ],
    [
      'the data hash',
      ({ header }) => ({ header: { ...header, dataHash: inverted(header.dataHash) } }),
      /not those of the header/,
    ],
    ['a transaction', ({ envelopes }) => ({ envelopes: envelopes.map(inverted) }), /not those of the header/],
    [
      'the operator’s signature',
      ({ signatures }) => ({ signatures: signatures.map((one) => ({ ...one, signature: inverted(one.signature) })) }),
      /signature does not hold/,
    ],
    [
      'what the operator signed',
      ({ ordererMetadata }) => ({ ordererMetadata: inverted(ordererMetadata) }),
      /signature does not hold/,
    ],
    ['the signatures, for none', () => ({ signatures: [] }), /not signed/],
  ])('refuses a block in which somebody replaced %s and mended the checksums', async (_, change, detail) => {
    const block = decodeBlock(blocksOf(whole)[4] ?? Buffer.alloc(0), 'invalid_input');
    put(replaced(4, encodeBlock({ ...block, ...change(block), lastConfig: 0 })));
    await expect(open()).rejects.toMatchObject({ code: 'ledger_corrupt', detail: expect.stringMatching(detail) });
    put(replaced(4, encodeBlock({ ...block, lastConfig: 0 })));
    expect((await open()).describe().height).toBe(7);
  });

  it('tells a follower who is further than the ledger that it lost blocks', async () => {
    put(whole.subarray(0, ends[1]));
    const following = portOf(await open())
      .follow({ from: 7, signal: new AbortController().signal })
      [Symbol.asyncIterator]();
    await expect(following.next()).rejects.toMatchObject({ code: 'ledger_corrupt', field: 'from' });
  });

  it('refuses the directory of another operator', async () => {
    put(whole);
    await expect(openIn(dir, await genesisWith(governors))).rejects.toMatchObject({ code: 'configuration_invalid' });
  });

  it('refuses a channel that is not the directory’s', async () => {
    put(whole);
    await expect(openIn(dir, { ...genesis, channel: 'another' })).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
    await expect(openIn(dir, { ...genesis, msps: genesis.msps.slice(1) })).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
  });

  it('lets one process at a time use a directory', async () => {
    put(whole);
    const ledger = await open();
    await expect(openIn(dir, genesis)).rejects.toMatchObject({ code: 'data_dir_locked' });
    await ledger.close();
    expect((await open()).describe().height).toBe(7);
  });

  it('chains the commit hash from block 1 on', async () => {
    put(whole);
    const ledger = await open();
    expect(decodeBlock(await ledger.block(0), 'ledger_corrupt').commitHash).toBeUndefined();
    const hashes = new Set<string>();
    for (let number = 1; number < 7; number++) {
      hashes.add(
        Buffer.from(decodeBlock(await ledger.block(number), 'ledger_corrupt').commitHash ?? []).toString('hex'),
      );
    }
    expect([...hashes].every((hash) => hash.length === 64)).toBe(true);
    expect(hashes.size).toBe(6);
  });

  it('starts an empty file over with block 0', async () => {
    copyFileSync(join(root, 'first', FILE), join(dir, FILE));
    truncateSync(join(dir, FILE), 5);
    expect((await open()).describe().height).toBe(1);
  });
});
