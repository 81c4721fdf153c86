import { AnlianError } from '@anlian/contracts';
import { decodeBlock, decodeLastConfig } from './codec/block.ts';

const CORRUPT = 'ledger_corrupt';

/** Reads a block of the ledger, whole. */
export type ReadBlock = (number: number) => Promise<Uint8Array>;

/** A channel's configuration blocks after block 0, first to last, as a ledger of so many blocks has them. */
export type ConfigurationBlocks = (height: number) => Promise<readonly Uint8Array[]>;

/**
 * Finds a channel's configuration blocks without looking at any other but those before them: every block names, signed by its
 * orderers, the newest configuration block at or before it. Remembers what it found.
 * @throws {AnlianError} `ledger_corrupt` when a block names one that comes later
 */
export const configurationBlocksOf = (readBlock: ReadBlock): ConfigurationBlocks => {
  const known = new Map<number, { readonly bytes: Uint8Array; readonly previous: number }>();

  const newestUpTo = async (number: number): Promise<number> => {
    const newest = decodeLastConfig(decodeBlock(await readBlock(number), CORRUPT), CORRUPT);
    if (newest >= 0 && newest <= number) return newest;
    throw new AnlianError(CORRUPT, { field: `block ${number}`, detail: 'it names a configuration that comes later' });
  };

  const find = async (number: number) => {
    const found = known.get(number) ?? { bytes: await readBlock(number), previous: await newestUpTo(number - 1) };
    known.set(number, found);
    return found;
  };

  return async (height) => {
    const blocks: Uint8Array[] = [];
    let number = height > 0 ? await newestUpTo(height - 1) : 0;
    while (number > 0) {
      const { bytes, previous } = await find(number);
      blocks.push(bytes);
      number = previous;
    }
    return blocks.reverse();
  };
};
