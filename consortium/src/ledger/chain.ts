import { toHex } from '@anlian/contracts';
import type { WorldState } from './worldState.ts';
import { emptyState } from './worldState.ts';

export interface Place {
  readonly block: number;
  readonly tx: number;
}

/** What is known of the blocks so far; everything in it can be rebuilt from the block file. */
export interface Chain {
  /** Number of blocks. */
  height: number;
  /** Hash of the last block's header; empty before block 0. */
  lastHash: Uint8Array;
  previousHash: Uint8Array;
  commitHash: Uint8Array;
  genesisHash: string;
  state: WorldState;
  /** First place of each transaction id. */
  readonly transactions: Map<string, Place>;
  /** Block number by hexadecimal header hash. */
  readonly hashes: Map<string, number>;
  /** Transactions by validation code, for the metrics. */
  readonly counts: Map<number, number>;
}

export const emptyChain = (): Chain => ({
  height: 0,
  lastHash: new Uint8Array(),
  previousHash: new Uint8Array(),
  commitHash: new Uint8Array(),
  genesisHash: '',
  state: emptyState(),
  transactions: new Map(),
  hashes: new Map(),
  counts: new Map(),
});

export interface CommittedBlock {
  readonly hash: Uint8Array;
  readonly commitHash: Uint8Array;
  readonly state: WorldState;
  readonly txIds: readonly string[];
  readonly filter: Uint8Array;
}

/** Moves the chain on by a block that is safely in the file. */
export const advance = (chain: Chain, block: CommittedBlock): void => {
  const number = chain.height;
  const hash = toHex(block.hash);
  for (const [tx, txId] of block.txIds.entries()) {
    if (!chain.transactions.has(txId)) chain.transactions.set(txId, { block: number, tx });
    const code = block.filter[tx] ?? 0;
    chain.counts.set(code, (chain.counts.get(code) ?? 0) + 1);
  }
  chain.hashes.set(hash, number);
  if (number === 0) chain.genesisHash = hash;
  chain.previousHash = chain.lastHash;
  chain.lastHash = block.hash;
  chain.commitHash = block.commitHash;
  chain.state = block.state;
  chain.height = number + 1;
};
