import type { AnyLedgerEvent, CarriedBlocks } from '@anlian/contracts';
import type { FollowedTransaction } from '@anlian/sdk/ledger';
import type { LedgerAccess, SeenBlock } from '../ledger/access.ts';
import { readActor } from '../ledger/readActor.ts';
import { concerns, type Household, ownImports } from './concerns.ts';

/** A token that cannot be read makes a transaction nobody's own. */
const isOwn = (household: Household, tx: FollowedTransaction): boolean => {
  const org = readActor(tx.command.actor)?.org;
  return org !== undefined && household.members.has(org);
};

const seenEvents = (household: Household, tx: FollowedTransaction): AnyLedgerEvent[] =>
  tx.events.flatMap((event) => (concerns(household, event) ? [event] : (ownImports(household, event) ?? [])));

const carry = (household: Household, tx: FollowedTransaction): CarriedBlocks['blocks'][number]['txs'] => {
  if (tx.code !== 'VALID') return [];
  const own = isOwn(household, tx);
  const events = own ? [...tx.events] : seenEvents(household, tx);
  return own || events.length > 0 ? [{ ...tx, code: 'VALID', events }] : [];
};

/** One block, reduced to what the household may see. The block stays in the feed even when nothing is left, so that its reader's checkpoint moves on. */
export const carryBlock = (household: Household, block: SeenBlock): CarriedBlocks['blocks'][number] => ({
  number: block.number,
  txs: block.txs.flatMap((tx) => carry(household, tx)),
});

/** A vote names nobody but the voter. */
const mayHave = (household: Household, tx: FollowedTransaction): boolean => {
  if (tx.code !== 'VALID') return false;
  if (isOwn(household, tx)) return true;
  return (
    tx.events.some((event) => concerns(household, event)) &&
    tx.events.every((event) => event.name === 'proposal.voted' || concerns(household, event))
  );
};

/**
 * May the household have the transaction as its endorsers signed it? That holds every event of every command in it, so what the feed
 * shows is not enough: none of them may be another's.
 */
export const mayAttest = (household: Household, block: SeenBlock, txId: string): boolean => {
  const sharing = block.txs.filter((each) => each.txId === txId);
  return sharing.length > 0 && sharing.every((tx) => mayHave(household, tx));
};

/** Blocks from a number on: at most `most`, and after `waitMs` whatever has come by then. */
export const readFeed = async (
  ledger: LedgerAccess,
  household: Household,
  { from, most, waitMs, signal }: { from: number; most: number; waitMs: number; signal: AbortSignal },
): Promise<CarriedBlocks> => {
  const blocks: CarriedBlocks['blocks'] = [];
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end);
  let timer = setTimeout(end, waitMs);
  try {
    for await (const block of ledger.follow({ from, signal: ending.signal })) {
      blocks.push(carryBlock(household, block));
      if (blocks.length >= most) break;
      // Whatever is there already is sent at once; only the first block is waited for.
      clearTimeout(timer);
      timer = setTimeout(end, BLOCKS_AT_HAND_MS);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    ending.abort();
  }
  return { blocks };
};

const BLOCKS_AT_HAND_MS = 30;
