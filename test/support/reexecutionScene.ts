import { afterEach, beforeAll, beforeEach } from 'vitest';
import { askedIn, blockInstead, type Endorsed } from './endorsedBlock.ts';
import type { TestDatabase } from './postgres.ts';
import {
  type ChangeAction,
  FORGED,
  type Following,
  type HonestChain,
  honestChain,
  openFollowing,
} from './reexecution.ts';

/** An honest chain, and a node that knows nothing before each test of a `describe` block: asked for inside them. */
export const reexecutionScene = (
  database: TestDatabase,
): { readonly chain: () => HonestChain; readonly node: () => Following } => {
  let chain: HonestChain;
  let node: Following;
  beforeAll(async () => {
    chain = await honestChain();
    node = await openFollowing(database);
  });
  beforeEach(() => node.forget());
  afterEach(() => node.stop());
  return { chain: () => chain, node: () => node };
};

/** The chain with its forged block: the honest one's outcome, changed, under the signatures of 启川's peer or of these. */
export const withForged = async (
  { blocks, governors }: HonestChain,
  change: ChangeAction,
  { endorsers = [governors[1]], ...other }: Partial<Pick<Endorsed, 'proposal' | 'endorsers' | 'pretended'>> = {},
): Promise<readonly Uint8Array[]> => {
  const honest = blocks[FORGED] as Uint8Array;
  const { proposal, action } = askedIn(honest);
  const forged = { proposal, ...other, action: change(action), endorsers };
  return blocks.with(FORGED, await blockInstead(honest, forged));
};
