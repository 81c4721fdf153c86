import { ALONE, type CreditPolicy, DAY_MS, type PolicyAdoption, toInstant } from '@anlian/contracts';
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import { type CompanyRecords, type Outlook, outlookAt, type PolicyTerm, policyTerms } from './outlook.ts';
import { companies, credentials, creditPolicies, creditPolicyAdoptions, evaluations, violations } from './tables.ts';

type Reader = Db | Tx;

/** A standing without a change ahead is computed again after so long, since the look ahead is limited. */
const REFRESH_MS = 30 * DAY_MS;
const BATCH = 500;

/** A fact of the company changed: its standing is computed again at the next reading. */
export const touchCompany = async (tx: Tx, holder: string): Promise<void> => {
  if (holder === ALONE) return;
  await tx
    .update(companies)
    .set({ revision: sql`${companies.revision} + 1`, staleAt: '' })
    .where(eq(companies.company, holder));
};

export const touchEveryCompany = async (tx: Tx): Promise<void> => {
  await tx.update(companies).set({ revision: sql`${companies.revision} + 1`, staleAt: '' });
};

/** Policies in the order in which they are in force. */
export const readTerms = async (db: Reader): Promise<readonly PolicyTerm[]> => {
  const adoptions: PolicyAdoption[] = await db.select().from(creditPolicyAdoptions);
  const policies = await db.select().from(creditPolicies);
  return policyTerms(adoptions, new Map<string, CreditPolicy>(policies.map((row) => [row.policyHash, row.policy])));
};

/** All that the scores of some companies depend on, as the ledger holds it. */
export const readRecords = async (db: Reader, of: readonly string[]): Promise<Map<string, CompanyRecords>> => {
  const ids = [...of];
  const facts = new Map(
    ids.map((company) => [company, { company, violations: [], credentials: [], evaluations: [] } as Gathering]),
  );
  if (ids.length === 0) return facts;
  const papers = await db.select().from(credentials).where(inArray(credentials.holder, ids));
  const conduct = await db.select().from(violations).where(inArray(violations.company, ids));
  const grades = await db.select().from(evaluations).where(inArray(evaluations.company, ids));
  for (const { holder, record } of papers) facts.get(holder)?.credentials.push(record);
  for (const { company, record } of conduct) facts.get(company)?.violations.push(record);
  for (const { company, record } of grades) facts.get(company)?.evaluations.push(record);
  return facts;
};

type Gathering = {
  -readonly [K in keyof CompanyRecords]: CompanyRecords[K] extends readonly (infer R)[] ? R[] : CompanyRecords[K];
};

/** One company's facts. */
export const readCompanyRecords = async (db: Reader, company: string): Promise<CompanyRecords> => {
  const records = (await readRecords(db, [company])).get(company);
  if (!records) throw new Error('a company that was asked for is missing');
  return records;
};

const nextSwitchMs = (terms: readonly PolicyTerm[], nowMs: number): number =>
  terms.find(({ fromMs }) => fromMs > nowMs)?.fromMs ?? Number.POSITIVE_INFINITY;

const staleAtOf = (outlook: Outlook | undefined, terms: readonly PolicyTerm[], nowMs: number): string => {
  const changeMs = outlook?.nextChange ? Date.parse(outlook.nextChange.at) : Number.POSITIVE_INFINITY;
  return toInstant(Math.min(changeMs, nextSwitchMs(terms, nowMs), nowMs + REFRESH_MS));
};

/** What a standing is computed to, for the revision of facts that it was computed from. */
const refreshed = (outlook: Outlook | undefined, terms: readonly PolicyTerm[], nowMs: number) => ({
  staleAt: staleAtOf(outlook, terms, nowMs),
  policyHash: outlook?.score.policyHash ?? null,
  score: outlook?.score.score ?? null,
  band: outlook?.score.band ?? null,
  nextChange: outlook?.nextChange ?? null,
  nextLoss: outlook?.nextLoss ?? null,
});

/** One statement for many rows; facts that arrived since a row was read have moved its revision, and it stays stale. */
const store = (db: Db, rows: readonly (ReturnType<typeof refreshed> & { company: string; revision: number })[]) =>
  db.execute(sql`
    update ${companies} as c
    set "staleAt" = r."staleAt", "policyHash" = r."policyHash", score = r.score, band = r.band,
      "nextChange" = r."nextChange", "nextLoss" = r."nextLoss"
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(company text, revision integer, "staleAt" text,
      "policyHash" text, score integer, band text, "nextChange" jsonb, "nextLoss" jsonb)
    where c.company = r.company and c.revision = r.revision`);

/** Computes again the standings that no longer hold: of every company, or of one. */
export const refreshStandings = async (db: Db, nowMs: number, only?: string): Promise<void> => {
  const stale = and(
    lte(companies.staleAt, toInstant(nowMs)),
    only === undefined ? undefined : eq(companies.company, only),
  );
  for (;;) {
    const rows = await db
      .select({ company: companies.company, revision: companies.revision })
      .from(companies)
      .where(stale)
      .orderBy(asc(companies.company))
      .limit(BATCH);
    if (rows.length === 0) return;
    const terms = await readTerms(db);
    const records = await readRecords(
      db,
      rows.map(({ company }) => company),
    );
    await store(
      db,
      rows.map((row) => ({ ...row, ...refreshed(outlookAt(records.get(row.company)!, terms, nowMs), terms, nowMs) })),
    );
    if (rows.length < BATCH) return;
  }
};
