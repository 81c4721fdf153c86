import { AnlianError } from '@anlian/contracts';
import { backoffMs, pause } from './backoff.ts';
import { sameBytes } from './codec/bytes.ts';
import { type FollowedBlock, followBlock } from './codec/followed.ts';
import type { FollowOptions } from './port.ts';
import type { Random } from './sources.ts';
import type { LedgerTransport } from './transport.ts';

const RETRY = { baseMs: 100, limitMs: 5_000 };

const requireNext = (block: FollowedBlock, number: number, previousHash: Uint8Array | undefined): void => {
  const fault =
    block.number !== number
      ? `expected block ${number}, got ${block.number}`
      : previousHash !== undefined && !sameBytes(block.previousHash, previousHash)
        ? `block ${number} does not continue the blocks followed before`
        : undefined;
  if (fault !== undefined) throw new AnlianError('ledger_corrupt', { field: `block ${number}`, detail: fault });
};

/** See `Ledger.follow`. */
export async function* followLedger(
  transport: Pick<LedgerTransport, 'blocks'>,
  chaincode: string,
  { from, previousHash, signal, onLost }: FollowOptions,
  random: Random,
): AsyncGenerator<FollowedBlock> {
  let next = Number(from);
  let previous = previousHash;
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      for await (const bytes of transport.blocks(next, signal)) {
        const block = await followBlock(bytes, chaincode);
        requireNext(block, next, previous);
        next = block.number + 1;
        previous = block.hash;
        attempt = 0;
        if (signal.aborted) return;
        yield block;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof AnlianError && error.code === 'ledger_unavailable')) throw error;
    }
    onLost?.();
    await pause(backoffMs(Math.max(attempt, 1), RETRY, random), signal);
  }
}
