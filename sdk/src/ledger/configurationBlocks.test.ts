import { describe, expect, it } from 'vitest';
import { encodeBlock, encodeOrdererMetadata } from './codec/index.ts';
import { configurationBlocksOf } from './configurationBlocks.ts';

const NOTHING = new Uint8Array();

/** A chain of so many blocks of which these hold configurations; every block names the newest so far. */
const chainOf = (height: number, configurations: readonly number[], named?: (number: number) => number) => {
  const newest = (number: number) => configurations.findLast((one) => one <= number) ?? 0;
  const blocks = Array.from({ length: height }, (_, number) =>
    encodeBlock({
      header: { number, previousHash: NOTHING, dataHash: NOTHING },
      envelopes: [],
      ordererMetadata: number === 0 ? NOTHING : encodeOrdererMetadata((named ?? newest)(number)),
      signatures: [],
      filter: NOTHING,
      commitHash: undefined,
      lastConfig: newest(number),
    }),
  );
  const read: number[] = [];
  const find = configurationBlocksOf(async (number) => {
    read.push(number);
    return blocks[number] ?? NOTHING;
  });
  const numbersAt = async (at: number) => (await find(at)).map((bytes) => blocks.indexOf(bytes));
  return { read, numbersAt };
};

describe('the configuration blocks of a channel', () => {
  it.each([
    [0, [], []],
    [1, [], []],
    [9, [], []],
    [2, [1], [1]],
    [9, [1, 2, 3], [1, 2, 3]],
    [9, [3, 8], [3, 8]],
    [9, [8], [8]],
  ])('of %i blocks with configurations in %j are found', async (height, configurations, expected) => {
    expect(await chainOf(height, configurations).numbersAt(height)).toEqual(expected);
  });

  it('are those that the ledger had at that height', async () => {
    const { numbersAt } = chainOf(20, [3, 8, 15]);
    expect(await numbersAt(20)).toEqual([3, 8, 15]);
    expect(await numbersAt(15)).toEqual([3, 8]);
    expect(await numbersAt(16)).toEqual([3, 8, 15]);
    expect(await numbersAt(3)).toEqual([]);
  });

  it('are found without reading the blocks between, and again without reading them anew', async () => {
    const { read, numbersAt } = chainOf(1000, [300, 800]);
    expect(await numbersAt(1000)).toEqual([300, 800]);
    expect(read.sort((a, b) => a - b)).toEqual([299, 300, 799, 800, 999]);
    read.length = 0;
    await numbersAt(1000);
    expect(read).toEqual([999]);
  });

  it('are refused from a ledger that names a later one', async () => {
    await expect(chainOf(9, [], (number) => number + 1).numbersAt(9)).rejects.toMatchObject({ code: 'ledger_corrupt' });
  });
});
