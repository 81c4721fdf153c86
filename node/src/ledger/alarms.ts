import { canonicalText, type ErrorCode, type ExecutionDifference, toInstant } from '@anlian/contracts';
import { count, eq } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Db, Tx } from '../db/database.ts';
import type { RecordEvidence } from '../evidence/record.ts';
import { endorsementAlarms } from './tables.ts';

/** An endorsed transaction whose outcome the rules do not give. */
export interface EndorsementAlarm {
  readonly blockNumber: number;
  readonly txId: string;
  readonly txTime: string;
  /** Who carried the transaction to the ledger. */
  readonly mspId: string;
  /** MSPs whose endorsement of it holds. */
  readonly endorsers: readonly string[];
  readonly differs: readonly ExecutionDifference[];
  /** Why our rules refuse what was endorsed; null when they do not. */
  readonly refusal: ErrorCode | null;
}

export interface AlarmDeps {
  readonly clock: Clock;
  readonly recordEvidence: RecordEvidence;
  readonly log: Logger;
}

/** Keeps an alarm for good, with its evidence, in the transaction that takes in the block; once, also where blocks are run again anew. */
export const raiseAlarm = async (
  tx: Tx,
  { blockNumber, txId, txTime, mspId, endorsers, differs, refusal }: EndorsementAlarm,
  { clock, recordEvidence, log }: AlarmDeps,
): Promise<void> => {
  const known = await tx
    .select({ seq: endorsementAlarms.seq })
    .from(endorsementAlarms)
    .where(eq(endorsementAlarms.txId, txId));
  if (known.length > 0) return;
  const found = { blockNumber, txId, txTime, carriedBy: mspId, endorsers, differs, refusal };
  const raisedAt = toInstant(clock());
  const evidence = await recordEvidence(tx, {
    kind: 'endorsement-alarm',
    record: canonicalText({ v: 1, kind: 'endorsement-not-reproduced', ...found, raisedAt }),
  });
  await tx
    .insert(endorsementAlarms)
    .values({ ...found, endorsers: [...endorsers], differs: [...differs], evidence, raisedAt });
  log.error(found, 'an endorsement cannot be reproduced');
};

/** Alarms that this node has ever raised. */
export const countAlarms = async (db: Db): Promise<number> => {
  const [row] = await db.select({ alarms: count() }).from(endorsementAlarms);
  return row?.alarms ?? 0;
};
