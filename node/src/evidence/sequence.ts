import {
  appendLeaf,
  type CompactRange,
  type CompletedNode,
  formatCheckpoint,
  leafHash,
  type NoteSigner,
  rangeRoot,
  readRange,
  signNote,
} from '@anlian/chaincode/proof';
import { leafBytes, toBase64Url, toInstant } from '@anlian/contracts';
import { asc, isNull, sql } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import { leafOf } from './record.ts';
import { newestHead, nodeReader } from './store.ts';
import { evidence, logHeads, logNodes } from './tables.ts';

export interface SequenceDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly origin: string;
  readonly signer: NoteSigner;
}

/** Leaves taken up in one transaction, at most. */
export const MAX_LEAVES = 2_000;

/** What a leaf is made of: the records themselves are a hundred times as much, and stay where they are. */
const LEAF_COLUMNS = {
  seq: evidence.seq,
  kind: evidence.kind,
  commitment: evidence.commitment,
  gate: evidence.gate,
  gateSeq: evidence.gateSeq,
};

/**
 * Takes waiting evidence into the log: places, subtree hashes and the new signed head in one transaction, so that a crash leaves either
 * head whole. Returns the number of leaves taken.
 */
export const sequence = async ({ db, clock, origin, signer }: SequenceDeps): Promise<number> =>
  db.transaction(async (tx) => {
    const waiting = await tx
      .select(LEAF_COLUMNS)
      .from(evidence)
      .where(isNull(evidence.leafIndex))
      .orderBy(asc(evidence.seq))
      .limit(MAX_LEAVES);
    if (waiting.length === 0) return 0;
    const head = await newestHead(tx);
    const before = await readRange(head?.size ?? 0, nodeReader(tx));
    const seqs = waiting.map((row) => row.seq);
    // The database gives the places while this process hashes.
    const placing = placeLeaves(tx, seqs, Number(before.size));
    const [{ range, completed }] = await Promise.all([appendAll(before, waiting), placing]);
    await storeNodes(tx, completed);
    await tx.insert(logHeads).values(await signedHead(range, origin, signer, clock));
    return waiting.length;
  });

const appendAll = async (
  before: CompactRange,
  waiting: readonly Parameters<typeof leafOf>[0][],
): Promise<{ readonly range: CompactRange; readonly completed: readonly CompletedNode[] }> => {
  const completed: CompletedNode[] = [];
  let range = before;
  for (const row of waiting) {
    const appended = await appendLeaf(range, await leafHash(leafBytes(leafOf(row))));
    range = appended.range;
    completed.push(...appended.completed);
  }
  return { range, completed };
};

const signedHead = async (range: CompactRange, origin: string, signer: NoteSigner, clock: Clock) => {
  const root = await rangeRoot(range);
  return {
    size: Number(range.size),
    root: toBase64Url(root),
    checkpoint: await signNote(formatCheckpoint({ origin, size: range.size, root }), signer),
    madeAt: toInstant(clock()),
  };
};

/** An array as PostgreSQL reads it, of values that need no quotes: read in less time than JSON. */
const arrayOf = (values: readonly (number | bigint | string)[]): string => `{${values.join()}}`;

/** One statement for all rows: a thousand single ones would take a second. */
const storeNodes = async (tx: Tx, nodes: readonly CompletedNode[]): Promise<void> => {
  const levels = arrayOf(nodes.map(({ level }) => level));
  const indices = arrayOf(nodes.map(({ index }) => index));
  const hashes = arrayOf(nodes.map(({ hash }) => toBase64Url(hash)));
  await tx.execute(
    sql`insert into ${logNodes} (level, index, hash) select * from unnest(${levels}::text::int[], ${indices}::text::bigint[], ${hashes}::text::text[])`,
  );
};

const placeLeaves = async (tx: Tx, seqs: readonly number[], first: number): Promise<void> => {
  await tx.execute(
    sql`update ${evidence} set ${sql.identifier(evidence.leafIndex.name)} = ${first}::bigint + p.nth - 1 from unnest(${arrayOf(seqs)}::text::bigint[]) with ordinality as p(seq, nth) where ${evidence.seq} = p.seq`,
  );
};
