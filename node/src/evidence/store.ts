import type { NodeReader } from '@anlian/chaincode/proof';
import { fromBase64Url } from '@anlian/contracts';
import { and, asc, between, desc, eq, gt, isNotNull, isNull, ne } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import { evidence, logHeads, logNodes } from './tables.ts';

type Reader = Db | Tx;

/** The newest signed head, and how much of it is on the ledger. */
export const evidenceHead = async (db: Reader): Promise<{ readonly size: number; readonly anchoredSize: number }> => {
  const newest = await newestHead(db);
  const anchored = await newestAnchored(db);
  return { size: newest?.size ?? 0, anchoredSize: anchored?.size ?? 0 };
};

export const newestHead = async (db: Reader) => {
  const [row] = await db.select().from(logHeads).orderBy(desc(logHeads.size)).limit(1);
  return row;
};

export const newestAnchored = async (db: Reader) => {
  const [row] = await db
    .select()
    .from(logHeads)
    .where(isNotNull(logHeads.anchorTxId))
    .orderBy(desc(logHeads.size))
    .limit(1);
  return row;
};

/** The newest head that others vouch for; where nobody is asked to, the newest there is. */
export const headToServe = async (db: Reader) => {
  const [row] = await db.select().from(logHeads).orderBy(desc(logHeads.cosigned), desc(logHeads.size)).limit(1);
  return row;
};

/** Keeps a head's cosignatures, unless an anchor holds it with others. */
export const keepCosignatures = async (tx: Tx, size: number, checkpoint: string): Promise<void> => {
  await tx
    .update(logHeads)
    .set({ checkpoint, cosigned: true })
    .where(and(eq(logHeads.size, size), isNull(logHeads.anchorTxId), ne(logHeads.checkpoint, checkpoint)));
};

/** The first anchored head that covers a leaf. */
export const anchoredHeadOver = async (db: Reader, leafIndex: number) => {
  const [row] = await db
    .select()
    .from(logHeads)
    .where(and(gt(logHeads.size, leafIndex), isNotNull(logHeads.anchorTxId)))
    .orderBy(asc(logHeads.size))
    .limit(1);
  return row;
};

/** Reads subtree hashes for proofs. A missing one means a damaged database, and throws. */
export const nodeReader =
  (db: Reader): NodeReader =>
  async (level, index) => {
    const [row] = await db
      .select({ hash: logNodes.hash })
      .from(logNodes)
      .where(and(eq(logNodes.level, level), eq(logNodes.index, Number(index))));
    if (!row) throw new Error(`the log has no node ${level}/${index}`);
    return fromBase64Url(row.hash);
  };

/** Hashes of one tile: nodes `first` to `first + width - 1` of a level, or undefined when the log is shorter. */
export const readTile = async (
  db: Reader,
  level: number,
  first: number,
  width: number,
): Promise<Uint8Array[] | undefined> => {
  const rows = await db
    .select({ hash: logNodes.hash })
    .from(logNodes)
    .where(and(eq(logNodes.level, level), between(logNodes.index, first, first + width - 1)))
    .orderBy(asc(logNodes.index));
  return rows.length === width ? rows.map((row) => fromBase64Url(row.hash)) : undefined;
};

/** Evidence rows of a range of leaves, in order, or undefined when the log is shorter. */
export const readLeaves = async (db: Reader, first: number, width: number) => {
  const rows = await db
    .select()
    .from(evidence)
    .where(between(evidence.leafIndex, first, first + width - 1))
    .orderBy(asc(evidence.leafIndex));
  return rows.length === width ? rows : undefined;
};
