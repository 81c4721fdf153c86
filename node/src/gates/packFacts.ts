import {
  AnlianError,
  type CredentialRecord,
  DAY_MS,
  type PackRow,
  PaperRecord,
  type SitePolicy,
  toInstant,
} from '@anlian/contracts';
import { and, desc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Config } from '../config.ts';
import { readCompanyNames } from '../contractors/names.ts';
import { type PolicyTerm, termAt } from '../contractors/outlook.ts';
import { readRecords, readTerms } from '../contractors/standings.ts';
import { blocklistings, credentials, heldRecords, issuedCodes } from '../contractors/tables.ts';
import type { Tx } from '../db/database.ts';
import { findSite, governorsCodeKeys, packKeysOf } from '../network/store.ts';
import { admissions } from '../network/tables.ts';
import { companyFacts, presentAdmission, siteRow, workerRow } from './packRows.ts';
import { pointsAtSite } from './personPoints.ts';
import { effectivePolicy, policyHistory } from './sitePolicies.ts';
import { suspendedSince } from './suspensions.ts';
import { passes, receivedEnrolments } from './tables.ts';

/** An enrolment that has ended stays on the lists for a day, so that the gate can say that it ended. */
const AFTER_END_MS = DAY_MS;

type Own = Pick<Config, 'member' | 'company' | 'name'>;

interface SiteState {
  readonly own: Own;
  readonly site: string;
  readonly nowMs: number;
  readonly policy: SitePolicy;
  readonly terms: readonly PolicyTerm[];
  readonly suspended: ReadonlyMap<string, string>;
}

/**
 * Everything that a site's gates must know, as rows of a sync pack.
 * @throws {AnlianError} `not_found`; `site_policy_missing` while the site has no requirement set
 */
export const packRowsOf = async (tx: Tx, own: Own, siteId: string, nowMs: number): Promise<PackRow[]> => {
  const site = await findSite(tx, siteId);
  const policy = effectivePolicy(await policyHistory(tx, siteId), toInstant(nowMs));
  if (!policy) throw new AnlianError('site_policy_missing');
  const terms = await readTerms(tx);
  const suspended = await suspendedSince(tx, siteId);
  const state: SiteState = { own, site: siteId, nowMs, policy, terms, suspended };
  const enrolments = await presentEnrolments(tx, state);
  const employers = enrolments.map(({ enrolment }) => enrolment.employer);
  return [
    siteRow(site, policy, termAt(terms, nowMs)?.policy),
    ...(await keyRows(tx, own.member)),
    ...(await revokedCodeRows(tx, nowMs)),
    ...(await companyRows(tx, state, employers)),
    ...(await workerRows(tx, state, enrolments)),
  ];
};

/** A gate learns from the lists that a code key or a pack key of its own member was added or retired. */
const keyRows = async (tx: Tx, member: string): Promise<PackRow[]> => {
  const keys = [...(await governorsCodeKeys(tx)), ...(await packKeysOf(tx, member))];
  return keys.map((row) => ({ t: 'b-key', ...row }));
};

const revokedCodeRows = async (tx: Tx, nowMs: number): Promise<PackRow[]> => {
  const rows = await tx.select().from(issuedCodes).where(isNotNull(issuedCodes.revokedAt));
  return rows
    .filter(({ record }) => record.facts.validTo > toInstant(nowMs))
    .map(({ code }) => ({ t: 'c-revoked-code', code }));
};

/** The newest enrolment of each pass whose holder may still come. */
const presentEnrolments = async (tx: Tx, { site, nowMs }: SiteState) => {
  const rows = await tx
    .selectDistinctOn([receivedEnrolments.pass], {
      enrolment: receivedEnrolments,
      issuer: passes.issuer,
      holderKey: passes.holderKey,
    })
    .from(receivedEnrolments)
    .innerJoin(passes, eq(passes.pass, receivedEnrolments.pass))
    .where(
      and(
        eq(receivedEnrolments.site, site),
        eq(receivedEnrolments.state, 'active'),
        gt(receivedEnrolments.authorisedTo, toInstant(nowMs - AFTER_END_MS)),
        inArray(passes.state, ['active', 'key_replaced']),
      ),
    )
    .orderBy(receivedEnrolments.pass, desc(receivedEnrolments.receivedAt), desc(receivedEnrolments.enrolment));
  return rows;
};

const insuranceCovers = async (tx: Tx, companies: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await tx
    .select({ about: heldRecords.about, record: heldRecords.record })
    .from(heldRecords)
    .innerJoin(credentials, eq(credentials.credential, heldRecords.about))
    .where(
      and(
        eq(heldRecords.kind, 'paper'),
        eq(credentials.type, 'liability_insurance'),
        inArray(credentials.holder, [...companies]),
        // Only a record that opens what the ledger holds; whoever keeps it has checked that.
        sql`${heldRecords.commitment} = ${credentials.record}->'facts'->>'commitment'`,
      ),
    );
  return new Map(
    rows.flatMap(({ about, record }) => {
      const cover = PaperRecord.safeParse(record).data?.coverPerPersonYuan;
      return cover === undefined ? [] : [[about, cover] as const];
    }),
  );
};

const companyRows = async (tx: Tx, state: SiteState, employers: readonly string[]): Promise<PackRow[]> => {
  const admitted = await tx.select().from(admissions).where(eq(admissions.site, state.site));
  const ids = [...new Set([...admitted.map(({ company }) => company), ...employers])];
  if (ids.length === 0) return [];
  const records = await readRecords(tx, ids);
  const covers = await insuranceCovers(tx, ids);
  const blocked = await tx
    .select()
    .from(blocklistings)
    .where(and(inArray(blocklistings.company, ids), isNull(blocklistings.liftedAt)));
  const names = await readCompanyNames(tx, state.own, ids);
  return ids.flatMap((company): PackRow[] => {
    const facts = companyFacts(
      {
        records: records.get(company)!,
        covers,
        admission: presentAdmission(
          admitted.filter((row) => row.company === company),
          state.nowMs,
        ),
        suspendedSince: state.suspended.get(company),
        blocklistedUntil: blocked.find((row) => row.company === company)?.until ?? null,
      },
      state.terms,
      state.nowMs,
    );
    if (!facts) return [];
    return [{ t: 'd-company', name: names.get(company)?.zh ?? company, facts }];
  });
};

/**
 * Papers of everybody enrolled at a site, by enrolment, with the renewals that have taken their place since: one query, since ten
 * thousand people have thirty thousand papers. `union` (not `union all`) ends it whatever the records say.
 */
const papersAtSite = async (tx: Tx, site: string): Promise<ReadonlyMap<string, readonly CredentialRecord[]>> => {
  const rows = await tx.execute<{ enrolment: string; record: CredentialRecord }>(sql`
    with recursive papers (enrolment, credential) as (
      select ${receivedEnrolments.enrolment}, jsonb_array_elements_text(${receivedEnrolments.papers})
      from ${receivedEnrolments} where ${receivedEnrolments.site} = ${site}
      union
      select papers.enrolment, jsonb_path_query(${credentials.record}, '$.successors[*].credential') #>> '{}'
      from papers join ${credentials} on ${credentials.credential} = papers.credential
    )
    select papers.enrolment, ${credentials.record} as record
    from papers join ${credentials} on ${credentials.credential} = papers.credential
    order by ${credentials.credential}`);
  const papers = new Map<string, CredentialRecord[]>();
  for (const { enrolment, record } of rows) {
    const known = papers.get(enrolment);
    if (known) known.push(record);
    else papers.set(enrolment, [record]);
  }
  return papers;
};

const workerRows = async (
  tx: Tx,
  { site, nowMs, policy, terms, suspended }: SiteState,
  enrolments: Awaited<ReturnType<typeof presentEnrolments>>,
): Promise<PackRow[]> => {
  const papers = await papersAtSite(tx, site);
  const credit = termAt(terms, nowMs)?.policy;
  const points = credit ? await pointsAtSite(tx, credit, site, nowMs) : new Map<string, number>();
  return enrolments.map(({ enrolment, issuer, holderKey }) =>
    workerRow(
      {
        enrolment,
        issuer,
        holderKey,
        papers: papers.get(enrolment.enrolment) ?? [],
        points: points.get(enrolment.pass) ?? 0,
        suspendedSince: suspended.get(enrolment.pass),
      },
      policy,
      nowMs,
    ),
  );
};
