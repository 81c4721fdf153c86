import { isBlocklisted } from '@anlian/chaincode/rules';
import {
  AnlianError,
  BANDS,
  BLOCKLIST_GROUNDS,
  COMPANY_ROLES,
  type Company,
  CompanyId,
  type CompanyQuery,
  type CompanyRole,
  type Standing,
  toInstant,
} from '@anlian/contracts';
import { and, asc, eq, ilike, inArray, isNull, or, type SQL } from 'drizzle-orm';
import type * as z from 'zod';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../db/database.ts';
import { afterId, toPage } from '../http/page.ts';
import { admissions, members, siteNames, sites, tenants } from '../network/tables.ts';
import { nameColumns, toText } from './names.ts';
import { type Scope, seenCompanies } from './scope.ts';
import { refreshStandings } from './standings.ts';
import { blocklistings, companies, companyNames } from './tables.ts';

type Own = Pick<Config, 'member' | 'company' | 'name'>;

/** Refuses a company that the network does not know. @throws {AnlianError} `unknown_company` */
export const requireKnownCompany = async (db: Db | Tx, company: string, field: string): Promise<void> => {
  const [row] = await db.select().from(companies).where(eq(companies.company, company));
  if (!row) throw new AnlianError('unknown_company', { field });
};

const rowsOf = (db: Db, own: Own) =>
  db
    .select({
      standing: companies,
      member: members,
      listing: blocklistings,
      nameVersion: companyNames.version,
      name: nameColumns(own, members.company),
    })
    .from(companies)
    .innerJoin(members, eq(members.company, companies.company))
    .leftJoin(blocklistings, eq(blocklistings.company, companies.company))
    .leftJoin(companyNames, eq(companyNames.company, companies.company))
    .leftJoin(tenants, eq(tenants.company, companies.company));
type Row = Awaited<ReturnType<typeof rowsOf>>[number];

const openAdmissions = async (db: Db, { member }: Own, of: readonly string[]) => {
  const rows = await db
    .select({
      company: admissions.company,
      site: admissions.site,
      admission: admissions.admission,
      from: admissions.validFrom,
      zh: siteNames.zh,
      en: siteNames.en,
    })
    .from(admissions)
    .innerJoin(sites, eq(sites.site, admissions.site))
    .leftJoin(siteNames, eq(siteNames.site, admissions.site))
    .where(and(eq(sites.owner, member), inArray(admissions.company, [...of]), isNull(admissions.releasedAt)))
    .orderBy(admissions.site);
  return Map.groupBy(rows, (row) => row.company);
};

const isPresent = <T>(value: T | false): value is T => value !== false;

const rolesOf = ({ member }: Row, own: Own, admitted: boolean): CompanyRole[] =>
  [
    member.company === own.company && 'own',
    member.kind,
    member.sponsor !== null && (member.sponsor === own.member ? 'tenant_here' : 'tenant_elsewhere'),
    admitted && 'admitted_here',
    member.state === 'expelled' && 'left',
  ].filter(isPresent) as CompanyRole[];

const standingOf = ({ standing }: Row, nowMs: number): Standing | null => {
  const { score, band, policyHash, nextChange, nextLoss } = standing;
  if (score === null || band === null || policyHash === null) return null;
  return { score, band: { code: band, text: BANDS[band] }, policyHash, asOf: toInstant(nowMs), nextChange, nextLoss };
};

const groundText = (ground: string) =>
  (BLOCKLIST_GROUNDS as Record<string, { zh: string; en: string }>)[ground] ?? { zh: ground, en: ground };

const blocklistedOf = ({ listing }: Row, nowMs: number): Company['blocklisted'] => {
  if (listing === null || !isBlocklisted(listing, nowMs)) return null;
  return {
    ground: { code: listing.ground, text: groundText(listing.ground) },
    from: listing.from,
    until: listing.until,
  };
};

/** What keeps some companies out of this member's sites now, by company. */
export type SuspensionsOf = (companies: readonly string[]) => Promise<ReadonlyMap<string, Company['suspensions']>>;

/** What the view of a company is made from. */
export interface CompanyReading {
  readonly own: Own;
  readonly scope: Scope;
  readonly nowMs: number;
  /** Suspensions are the sites' own: whoever keeps the gates tells them. */
  readonly suspensionsOf: SuspensionsOf;
}

const viewsOf = async (
  db: Db,
  { own, nowMs, suspensionsOf }: Omit<CompanyReading, 'scope'>,
  rows: readonly Row[],
): Promise<Company[]> => {
  const ids = rows.map(({ standing }) => standing.company);
  const admitted = await openAdmissions(db, own, ids);
  const suspended = await suspensionsOf(ids);
  return rows.map((row) => {
    const here = admitted.get(row.standing.company) ?? [];
    return {
      company: row.standing.company,
      name: toText(row.name),
      member: row.member.member,
      sponsor: row.member.sponsor,
      roles: rolesOf(row, own, here.length > 0).map((code) => ({ code, text: COMPANY_ROLES[code] })),
      sites: here.map(({ site, admission, from, ...name }) => ({ site, name: toText(name), admission, from })),
      suspensions: suspended.get(row.standing.company) ?? [],
      standing: standingOf(row, nowMs),
      blocklisted: blocklistedOf(row, nowMs),
      nameVersion: row.nameVersion ?? 0,
    };
  });
};

const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

const matches = (own: Own, q: string | undefined): SQL | undefined => {
  if (q === undefined) return undefined;
  const { zh, en } = nameColumns(own, members.company);
  return or(ilike(companies.company, containing(q)), ilike(zh, containing(q)), ilike(en, containing(q)));
};

/** Companies that the caller sees, by id. */
export const listCompanies = async (
  db: Db,
  reading: CompanyReading,
  { q, band, cursor, limit }: z.infer<typeof CompanyQuery>,
): Promise<{ items: Company[]; next?: string }> => {
  const { own, scope, nowMs } = reading;
  await refreshStandings(db, nowMs);
  const rows = await rowsOf(db, own)
    .where(
      and(
        seenCompanies(scope, companies.company),
        band === undefined ? undefined : eq(companies.band, band),
        matches(own, q),
        afterId(cursor, companies.company, CompanyId),
      ),
    )
    .orderBy(asc(companies.company))
    .limit(limit + 1);
  return toPage(rows, limit, ({ standing }) => standing.company, await viewsOf(db, reading, rows.slice(0, limit)));
};

/** One company. @throws {AnlianError} `not_found` for one that the caller does not see, too */
export const findCompany = async (db: Db, reading: CompanyReading, company: string): Promise<Company> => {
  await refreshStandings(db, reading.nowMs, company);
  const rows = await rowsOf(db, reading.own).where(
    and(eq(companies.company, company), seenCompanies(reading.scope, companies.company)),
  );
  const [found] = await viewsOf(db, reading, rows);
  if (!found) throw new AnlianError('not_found');
  return found;
};

/** Refuses a company that the caller does not see. @throws {AnlianError} `not_found` */
export const requireSeenCompany = async (db: Db | Tx, scope: Scope, company: string): Promise<void> => {
  const [row] = await db
    .select({ company: companies.company })
    .from(companies)
    .innerJoin(members, eq(members.company, companies.company))
    .where(and(eq(companies.company, company), seenCompanies(scope, companies.company)));
  if (!row) throw new AnlianError('not_found');
};

/**
 * Gives a company a name. `version` is the one that the caller has seen; 0 for a company without a name.
 * @throws {AnlianError} `version_conflict`
 */
export const nameCompany = async (
  tx: Tx,
  company: string,
  name: { readonly zh: string; readonly en: string },
  version: number,
): Promise<number> => {
  const next = { ...name, version: version + 1 };
  const written =
    version === 0
      ? await tx
          .insert(companyNames)
          .values({ company, ...next })
          .onConflictDoNothing()
          .returning()
      : await tx
          .update(companyNames)
          .set(next)
          .where(and(eq(companyNames.company, company), eq(companyNames.version, version)))
          .returning();
  if (written.length === 0) throw new AnlianError('version_conflict', { field: 'If-Match' });
  return next.version;
};
