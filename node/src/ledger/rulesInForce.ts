import { MAX_PASSED_OVER, type PassedOver } from '@anlian/contracts';
import { bundleDefinedBy } from '@anlian/sdk/fabric';
import type { ExecutedBlock } from '@anlian/sdk/ledger';
import { desc, eq, sum } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import { ledgerPassedOver } from './tables.ts';

/** SHA-256 of the bundle that this node's own rules make; undefined where it cannot be built. */
export type OwnRules = () => Promise<string | undefined>;

/** What the channel committed as the chaincode's definition, and in which block. */
export interface Definition {
  /** Null where nobody can read it. */
  readonly version: string | null;
  readonly block: number;
}

/** The definition that is in force at a transaction of a block, or after the block; `before` was when it came. */
export const definitionAt = (
  before: Definition | undefined,
  { number, definitions }: Pick<ExecutedBlock, 'definitions'> & { readonly number: number },
  index = Number.POSITIVE_INFINITY,
): Definition | undefined => {
  const last = definitions.findLast((one) => one.index < index);
  return last ? { version: last.version ?? null, block: number } : before;
};

/** Whether these are the rules of a definition. One that names no bundle may be of any. */
export const areOf = (own: string | undefined, definition: Definition | undefined): boolean =>
  own !== undefined && bundleDefinedBy(definition?.version ?? '') === own;

/** Keeps that a block was not run again. Blocks that followed under one definition share a row. */
export const passOver = async (
  tx: Tx,
  block: number,
  { definition, own = null }: { readonly definition: Definition | undefined; readonly own: string | null | undefined },
): Promise<void> => {
  const ran = definition?.version ?? null;
  const [newest] = await tx.select().from(ledgerPassedOver).orderBy(desc(ledgerPassedOver.seq)).limit(1);
  const goesOn = newest?.ran === ran && newest.own === own && newest.to >= (definition?.block ?? 0);
  if (!newest || !goesOn) await tx.insert(ledgerPassedOver).values({ from: block, to: block, blocks: 1, ran, own });
  else
    await tx
      .update(ledgerPassedOver)
      .set({ to: block, blocks: newest.blocks + 1 })
      .where(eq(ledgerPassedOver.seq, newest.seq));
};

/** What was not run again, newest first. */
export const passedOver = (db: Db): Promise<PassedOver[]> =>
  db
    .select({
      from: ledgerPassedOver.from,
      to: ledgerPassedOver.to,
      blocks: ledgerPassedOver.blocks,
      ran: ledgerPassedOver.ran,
      own: ledgerPassedOver.own,
    })
    .from(ledgerPassedOver)
    .orderBy(desc(ledgerPassedOver.seq))
    .limit(MAX_PASSED_OVER);

/** How many blocks were not run again. */
export const countPassedOver = async (db: Db): Promise<number> => {
  const [row] = await db.select({ blocks: sum(ledgerPassedOver.blocks) }).from(ledgerPassedOver);
  return Number(row?.blocks ?? 0);
};
