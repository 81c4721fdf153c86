import {
  AnlianError,
  type DecisionSummary,
  type GateAlert,
  type Muster,
  toInstant,
  VISIT_STATES,
  type Visit,
  type WORK_CLASSES,
} from '@anlian/contracts';
import { and, asc, desc, eq, gte, isNotNull, lte, sql } from 'drizzle-orm';
import type * as z from 'zod';
import { coded } from '../contractors/credentialView.ts';
import type { Db } from '../db/database.ts';
import { afterMoment, afterRow, type PageRequest, toPage } from '../http/page.ts';
import { visitsOf } from './passages.ts';
import { gateAlerts, gateDecisions, receivedEnrolments } from './tables.ts';

type DecisionRow = typeof gateDecisions.$inferSelect;

export interface DecisionFilter extends PageRequest {
  readonly site?: string | undefined;
  readonly gate?: string | undefined;
  readonly outcome?: DecisionRow['outcome'] | undefined;
}

export const toDecision = (row: DecisionRow): DecisionSummary => ({
  decision: row.decision,
  gate: row.gate,
  site: row.site,
  seq: row.seq,
  at: row.at,
  kind: row.kind,
  outcome: row.outcome,
  direction: row.direction,
  workClass: row.workClass as keyof typeof WORK_CLASSES | null,
  pass: row.pass,
  company: row.company,
  reasons: row.reasons,
  evidence: row.evidence,
  receivedAt: row.receivedAt,
});

/** Decisions, the latest first. */
export const listDecisions = async (db: Db, { site, gate, outcome, cursor, limit }: DecisionFilter) => {
  const rows = await db
    .select()
    .from(gateDecisions)
    .where(
      and(
        site === undefined ? undefined : eq(gateDecisions.site, site),
        gate === undefined ? undefined : eq(gateDecisions.gate, gate),
        outcome === undefined ? undefined : eq(gateDecisions.outcome, outcome),
        afterMoment(cursor, gateDecisions.at, gateDecisions.decision),
      ),
    )
    .orderBy(desc(gateDecisions.at), desc(gateDecisions.decision))
    .limit(limit + 1);
  return toPage(rows, limit, ({ at, decision }) => [at, decision], rows.slice(0, limit).map(toDecision));
};

/** @throws {AnlianError} `not_found` */
export const findDecision = async (db: Db, decision: string): Promise<DecisionRow> => {
  const [row] = await db.select().from(gateDecisions).where(eq(gateDecisions.decision, decision));
  if (!row) throw new AnlianError('not_found');
  return row;
};

/** Who is inside by the last word of the gates that have delivered. */
export const musterOf = async (db: Db, site: string, nowMs: number): Promise<Muster> => {
  const last = db
    .selectDistinctOn([gateDecisions.pass], {
      pass: gateDecisions.pass,
      passage: gateDecisions.passage,
      enteredAt: gateDecisions.at,
      gate: gateDecisions.gate,
      company: gateDecisions.company,
    })
    .from(gateDecisions)
    .where(and(eq(gateDecisions.site, site), isNotNull(gateDecisions.passage), isNotNull(gateDecisions.pass)))
    .orderBy(gateDecisions.pass, desc(gateDecisions.at), desc(gateDecisions.seq))
    .as('last');
  const inside = await db.select().from(last).where(eq(last.passage, 'in')).orderBy(last.enteredAt);
  const cards = await cardsAt(db, site);
  const persons = inside.flatMap(({ pass, company, enteredAt, gate }) => {
    const card = pass === null ? undefined : cards.get(pass);
    return pass === null
      ? []
      : [{ pass, name: card?.name ?? null, trade: card?.trade ?? null, company, enteredAt, gate }];
  });
  const byCompany = [...Map.groupBy(persons, ({ company }) => company)].map(([company, of]) => ({
    company,
    persons: of.length,
  }));
  return { site, at: toInstant(nowMs), persons, emergency: await emergencyBalance(db, site), byCompany };
};

const cardsAt = async (db: Db, site: string) => {
  const rows = await db
    .select({ pass: receivedEnrolments.pass, person: receivedEnrolments.person })
    .from(receivedEnrolments)
    .where(eq(receivedEnrolments.site, site))
    .orderBy(asc(receivedEnrolments.receivedAt));
  return new Map(rows.map(({ pass, person }) => [pass, person]));
};

const emergencyBalance = async (db: Db, site: string): Promise<number> => {
  const [row] = await db
    .select({
      balance: sql<string>`coalesce(sum(case ${gateDecisions.passage} when 'in' then ${gateDecisions.persons} else -${gateDecisions.persons} end), 0)`,
    })
    .from(gateDecisions)
    .where(and(eq(gateDecisions.site, site), eq(gateDecisions.kind, 'emergency')));
  return Number(row?.balance ?? 0);
};

/** Visits at a site whose passages fall between two instants. */
export const listVisits = async (
  db: Db,
  site: string,
  { from, to, pass }: { readonly from: string; readonly to: string; readonly pass?: string | undefined },
): Promise<Visit[]> => {
  const rows = await db
    .select()
    .from(gateDecisions)
    .where(
      and(
        eq(gateDecisions.site, site),
        gte(gateDecisions.at, from),
        lte(gateDecisions.at, to),
        pass === undefined ? isNotNull(gateDecisions.pass) : eq(gateDecisions.pass, pass),
      ),
    );
  return visitsOf(
    rows.flatMap(({ pass: of, company, at, passage }) =>
      of === null || passage === null ? [] : [{ pass: of, company, at, passage }],
    ),
  ).map(({ state, ...visit }) => ({ ...visit, state: coded(VISIT_STATES, state) }));
};

/** Alerts of this node's gates, the latest first. */
export const listAlerts = async (
  db: Db,
  { cursor, limit, site }: PageRequest & { readonly site?: string | undefined },
): Promise<{ items: z.infer<typeof GateAlert>[]; next?: string }> => {
  const rows = await db
    .select()
    .from(gateAlerts)
    .where(and(site === undefined ? undefined : eq(gateAlerts.site, site), afterRow(cursor, gateAlerts.alert)))
    .orderBy(desc(gateAlerts.alert))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(({ otherGate, otherSeq, ...row }) => ({
    ...row,
    other: otherGate === null || otherSeq === null ? null : { gate: otherGate, seq: otherSeq },
  }));
  return toPage(rows, limit, ({ alert }) => alert, items);
};
