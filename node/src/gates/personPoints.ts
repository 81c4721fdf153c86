import {
  AnlianError,
  addMonthsMs,
  type CreditPolicy,
  canonicalText,
  instantMs,
  type PersonPoints,
  type RecordPersonPoints,
  toInstant,
} from '@anlian/contracts';
import { asc, eq, inArray } from 'drizzle-orm';
import type * as z from 'zod';
import { termAt } from '../contractors/outlook.ts';
import { readTerms } from '../contractors/standings.ts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { passes, personPoints, receivedEnrolments } from './tables.ts';

interface Entry {
  readonly clause: string;
  readonly occurredAt: string;
}

type Counted = PersonPoints['entries'][number];

/** What an entry costs under a policy: the clause's points for the person, over [occurredAt, + keepMonths). */
export const countEntry = (
  { clauses, keepMonths }: CreditPolicy,
  { clause, occurredAt }: Entry,
  atMs: number,
): Counted => {
  const dropsOffMs = addMonthsMs(instantMs(occurredAt), keepMonths);
  return {
    clause,
    occurredAt,
    points: clauses[clause]?.person ?? 0,
    dropsOffAt: toInstant(dropsOffMs),
    counts: instantMs(occurredAt) <= atMs && atMs < dropsOffMs,
  };
};

export const totalPoints = (policy: CreditPolicy, entries: readonly Entry[], atMs: number): number =>
  entries
    .map((entry) => countEntry(policy, entry, atMs))
    .reduce((sum, { counts, points }) => (counts ? sum + points : sum), 0);

/** Points of everybody enrolled at a site, for a pack. */
export const pointsAtSite = async (
  db: Db,
  policy: CreditPolicy,
  site: string,
  atMs: number,
): Promise<ReadonlyMap<string, number>> => {
  const enrolled = db
    .select({ pass: receivedEnrolments.pass })
    .from(receivedEnrolments)
    .where(eq(receivedEnrolments.site, site));
  const rows = await db.select().from(personPoints).where(inArray(personPoints.pass, enrolled));
  const byPass = Map.groupBy(rows, ({ pass }) => pass);
  return new Map([...byPass].map(([pass, entries]) => [pass, totalPoints(policy, entries, atMs)]));
};

const policyNow = async (db: Db, atMs: number): Promise<CreditPolicy> => {
  const term = termAt(await readTerms(db), atMs);
  if (!term) throw new AnlianError('unknown_policy', { detail: 'no credit policy is in force yet' });
  return term.policy;
};

/** A pass that this member's gates know. @throws {AnlianError} `not_found` */
const requirePass = async (db: Db, pass: string): Promise<void> => {
  const [row] = await db.select({ pass: passes.pass }).from(passes).where(eq(passes.pass, pass));
  if (!row) throw new AnlianError('not_found', { field: '/pass' });
};

export const describePoints = async (db: Db, pass: string, atMs: number): Promise<PersonPoints> => {
  await requirePass(db, pass);
  const policy = await policyNow(db, atMs);
  const rows = await db.select().from(personPoints).where(eq(personPoints.pass, pass)).orderBy(asc(personPoints.entry));
  return {
    pass,
    total: totalPoints(policy, rows, atMs),
    entries: rows.map((row) => countEntry(policy, row, atMs)),
  };
};

/**
 * Records a person's part in a violation that this site owner saw. The ledger scores companies; a person's points stay here.
 * @throws {AnlianError} `not_found`, `unknown_clause`, `in_the_future`, `unknown_policy`
 */
export const recordPoints = async (
  tx: Tx,
  { clock, recordEvidence }: Pick<NodeDeps, 'clock' | 'recordEvidence'>,
  input: z.infer<typeof RecordPersonPoints>,
): Promise<{ entry: number; points: number; total: number }> => {
  const nowMs = clock();
  await requirePass(tx, input.pass);
  const policy = await policyNow(tx, nowMs);
  const clause = policy.clauses[input.clause];
  if (!clause) throw new AnlianError('unknown_clause', { field: '/clause' });
  if (instantMs(input.occurredAt) > nowMs) throw new AnlianError('in_the_future', { field: '/occurredAt' });
  const recordedAt = toInstant(nowMs);
  const [row] = await tx
    .insert(personPoints)
    .values({ ...input, recordedAt })
    .returning({ entry: personPoints.entry });
  if (!row) throw new Error('the entry was not returned');
  await recordEvidence(tx, {
    kind: 'record-changed',
    record: canonicalText({ v: 1, kind: 'person-points', ...input, recordedAt }),
  });
  const { total } = await describePoints(tx, input.pass, nowMs);
  return { entry: row.entry, points: clause.person, total };
};
