import { AnlianError, type KeyDescriptor, type KeyUse, toInstant } from '@anlian/contracts';
import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { admissions, memberKeys, members, peers, siteNames, sites, tenants } from './tables.ts';

type Reader = Db | Tx;

/**
 * Live keys of one use that the ledger holds for a member. Those of an expelled member end with it; its node may still be
 * heard (`entity`) until the wind-down ends, to let its workers out and to answer for its record.
 */
export const liveKeys = async (db: Reader, member: string, use: KeyUse, nowMs: number): Promise<KeyDescriptor[]> => {
  const isActive = eq(members.state, 'active');
  const isHeard = use === 'entity' ? or(isActive, gt(members.windDownUntil, toInstant(nowMs))) : isActive;
  const rows = await db
    .select({ key: memberKeys.key })
    .from(memberKeys)
    .innerJoin(members, eq(members.member, memberKeys.member))
    .where(and(eq(memberKeys.member, member), isHeard, isNull(memberKeys.retiredAt)));
  return rows.map((row) => row.key).filter((key) => key.use === use);
};

/** Every key that the ledger ever held, with its interval. */
export const keyHistory = (db: Reader) => db.select().from(memberKeys).orderBy(memberKeys.validFrom, memberKeys.kid);

const usedFor = (use: KeyUse) => sql`${memberKeys.key}->>'use' = ${use}`;
const interval = { member: memberKeys.member, key: memberKeys.key, from: memberKeys.validFrom };

/**
 * The code keys of all governors, with the time in which each may sign: it ends when the key is retired or its governor expelled,
 * whichever came first. A compromised key could have signed anything, with any date: it is left out, and its codes are unknown.
 */
export const governorsCodeKeys = (db: Reader) =>
  db
    .select({ ...interval, to: sql<string | null>`least(${memberKeys.retiredAt}, ${members.expelledAt})` })
    .from(memberKeys)
    .innerJoin(members, eq(members.member, memberKeys.member))
    .where(and(usedFor('code'), eq(members.kind, 'governor'), isNull(memberKeys.compromisedSince)));

/** Every pack key that a member ever had. */
export const packKeysOf = (db: Reader, member: string) =>
  db
    .select({ ...interval, to: memberKeys.retiredAt })
    .from(memberKeys)
    .where(and(usedFor('pack'), eq(memberKeys.member, member)));

/** Address of another member's node; undefined when nobody told this node. */
export const peerUrl = async (db: Reader, member: string): Promise<string | undefined> => {
  const [row] = await db.select().from(peers).where(eq(peers.member, member));
  return row?.url;
};

export const findMember = async (db: Reader, member: string) => {
  const [row] = await db.select().from(members).where(eq(members.member, member));
  return row;
};

/** The member of a company for which another speaks: itself, or a tenant that lives on its node. Undefined where it may not. */
export const speakerFor = async (db: Reader, from: string, company: string) => {
  const [row] = await db
    .select()
    .from(members)
    .where(
      and(
        eq(members.company, company),
        eq(members.state, 'active'),
        or(eq(members.member, from), eq(members.sponsor, from)),
      ),
    );
  return row;
};

/** The company in whose name a caller acts. @throws {AnlianError} `unknown_member` before the caller's member is on the ledger */
export const companyOf = async (db: Reader, org: string): Promise<string> => {
  const member = await findMember(db, org);
  if (!member) throw new AnlianError('unknown_member', { field: 'org' });
  return member.company;
};

export interface SiteRow {
  readonly site: string;
  readonly owner: string;
  readonly name: { readonly zh: string; readonly en: string } | null;
}

const siteColumns = { site: sites.site, owner: sites.owner, zh: siteNames.zh, en: siteNames.en };
const toSite = (row: { site: string; owner: string; zh: string | null; en: string | null }): SiteRow => ({
  site: row.site,
  owner: row.owner,
  name: row.zh !== null && row.en !== null ? { zh: row.zh, en: row.en } : null,
});

export const listSites = async (db: Reader): Promise<SiteRow[]> =>
  (
    await db.select(siteColumns).from(sites).leftJoin(siteNames, eq(siteNames.site, sites.site)).orderBy(sites.site)
  ).map(toSite);

/** @throws {AnlianError} `not_found` */
export const findSite = async (db: Reader, site: string): Promise<SiteRow> => {
  const [row] = await db
    .select(siteColumns)
    .from(sites)
    .leftJoin(siteNames, eq(siteNames.site, sites.site))
    .where(eq(sites.site, site));
  if (!row) throw new AnlianError('not_found');
  return toSite(row);
};

/** A site of the caller's own member; another's answers as if it did not exist. @throws {AnlianError} `not_found` */
export const ownSite = async (db: Reader, caller: Caller, site: string): Promise<SiteRow> => {
  const found = await findSite(db, site);
  if (found.owner !== caller.org) throw new AnlianError('not_found');
  return found;
};

const admissionsOf = (db: Reader, site: string) =>
  db.select().from(admissions).where(eq(admissions.site, site)).orderBy(admissions.validFrom, admissions.admission);

/**
 * Admissions to a site that a caller may see: the site owner's people and a governor's own staff see all of them, everybody else
 * those of their own company.
 */
export const admissionsFor = async (
  db: Reader,
  { member, kind }: Pick<Config, 'member' | 'kind'>,
  { org }: Pick<Caller, 'org'>,
  { site, owner }: Pick<SiteRow, 'site' | 'owner'>,
) => {
  const all = await admissionsOf(db, site);
  if (org === owner || (org === member && kind === 'governor')) return all;
  const own = await findMember(db, org);
  return all.filter(({ company }) => company === own?.company);
};

export const findAdmission = async (db: Reader, admission: string) => {
  const [row] = await db.select().from(admissions).where(eq(admissions.admission, admission));
  return row;
};

/** The admission of a company to a site that has not ended. */
export const standingAdmission = async (db: Reader, site: string, company: string) => {
  const [row] = await db
    .select()
    .from(admissions)
    .where(and(eq(admissions.site, site), eq(admissions.company, company), isNull(admissions.releasedAt)));
  return row;
};

export const listTenants = (db: Reader) => db.select().from(tenants).orderBy(tenants.member);
