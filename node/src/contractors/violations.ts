import { violationState } from '@anlian/chaincode/rules';
import {
  AnlianError,
  type CreditPolicy,
  DAY_MS,
  toInstant,
  type Violation,
  type ViolationQuery,
  type ViolationRecord,
  type ViolationState,
} from '@anlian/contracts';
import { and, desc, eq, gte, inArray, type SQL } from 'drizzle-orm';
import type * as z from 'zod';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../db/database.ts';
import { afterMoment, cursorOf, type Place, toPage } from '../http/page.ts';
import { readHeld } from './held.ts';
import { termAt } from './outlook.ts';
import { type Scope, seenCompanies } from './scope.ts';
import { readTerms } from './standings.ts';
import { type ViolationPhase, violations } from './tables.ts';
import { violationView } from './violationView.ts';

const CHUNK = 200;

/** The policy in force now: it says how long a notice waits and when a violation drops off. @throws {AnlianError} `unknown_policy` */
export const policyNow = async (db: Db | Tx, nowMs: number): Promise<CreditPolicy> => {
  const term = termAt(await readTerms(db), nowMs);
  if (term === undefined) throw new AnlianError('unknown_policy', { detail: 'no credit policy is in force' });
  return term.policy;
};

/** From which written phases a state can have followed. */
const PHASES: Readonly<Record<ViolationState, readonly ViolationPhase[]>> = {
  notified: ['noticed'],
  counted: ['noticed', 'acknowledged'],
  held: ['appealed'],
  void: ['void'],
  dropped: ['noticed', 'acknowledged', 'appealed'],
};

const mayBe = (
  state: ViolationState | undefined,
  { acknowledgeDays }: CreditPolicy,
  nowMs: number,
): SQL | undefined => {
  if (state === undefined) return undefined;
  const recent =
    state === 'notified' ? gte(violations.recordedAt, toInstant(nowMs - acknowledgeDays * DAY_MS)) : undefined;
  return and(inArray(violations.phase, [...PHASES[state]]), recent);
};

const positionOf = ({ recordedAt, violation }: ViolationRecord): Place => [recordedAt, violation];

export interface ViolationReading {
  readonly own: Pick<Config, 'member' | 'kind'>;
  readonly scope: Scope;
  readonly nowMs: number;
}

const rowsAfter = async (
  db: Db,
  { scope, nowMs }: ViolationReading,
  { company, state }: z.infer<typeof ViolationQuery>,
  policy: CreditPolicy,
  after: string | undefined,
): Promise<ViolationRecord[]> => {
  const rows = await db
    .select({ record: violations.record })
    .from(violations)
    .where(
      and(
        seenCompanies(scope, violations.company),
        company === undefined ? undefined : eq(violations.company, company),
        mayBe(state, policy, nowMs),
        afterMoment(after, violations.recordedAt, violations.violation),
      ),
    )
    .orderBy(desc(violations.recordedAt), desc(violations.violation))
    .limit(CHUNK);
  return rows.map(({ record }) => record);
};

/** Violations that the caller sees, newest first. A state follows from time, so it is judged record by record among those that may be in it. */
export const listViolations = async (
  db: Db,
  reading: ViolationReading,
  query: z.infer<typeof ViolationQuery>,
): Promise<{ items: Violation[]; next?: string }> => {
  const { state, limit } = query;
  const policy = termAt(await readTerms(db), reading.nowMs)?.policy;
  if (policy === undefined) return { items: [] };
  const found: ViolationRecord[] = [];
  let chunk = await rowsAfter(db, reading, query, policy, query.cursor);
  for (;;) {
    found.push(
      ...chunk.filter((record) => state === undefined || violationState(record, policy, reading.nowMs) === state),
    );
    const last = chunk.at(CHUNK - 1);
    if (last === undefined || found.length > limit) break;
    chunk = await rowsAfter(db, reading, query, policy, cursorOf(positionOf(last)));
  }
  return toPage(found, limit, positionOf, await viewsOf(db, reading, policy, found.slice(0, limit)));
};

const viewsOf = async (
  db: Db,
  { own, scope, nowMs }: ViolationReading,
  policy: CreditPolicy,
  records: readonly ViolationRecord[],
): Promise<Violation[]> => {
  const commitments = records.flatMap(({ commitment, appeals }) => [
    commitment,
    ...appeals.map((appeal) => appeal.commitment),
  ]);
  const held = await readHeld(db, scope, commitments);
  const by = { org: scope.org, company: scope.company, governor: scope.org === own.member && own.kind === 'governor' };
  return records.map((record) => violationView(record, { policy, held, by, nowMs }));
};

/** The ledger's record of a violation. @throws {AnlianError} `not_found` for one that the caller does not see, too */
export const findViolationRecord = async (db: Db | Tx, scope: Scope, violation: string): Promise<ViolationRecord> => {
  const [row] = await db
    .select({ record: violations.record })
    .from(violations)
    .where(and(eq(violations.violation, violation), seenCompanies(scope, violations.company)));
  if (!row) throw new AnlianError('not_found');
  return row.record;
};

/** @throws {AnlianError} `not_found` */
export const findViolation = async (db: Db, reading: ViolationReading, violation: string): Promise<Violation> => {
  const record = await findViolationRecord(db, reading.scope, violation);
  const [view] = await viewsOf(db, reading, await policyNow(db, reading.nowMs), [record]);
  if (!view) throw new AnlianError('not_found');
  return view;
};
