import type { Text } from '@anlian/contracts';
import { eq, inArray, sql } from 'drizzle-orm';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../db/database.ts';
import { members, siteNames, tenants } from '../network/tables.ts';
import type { Names } from './explain.ts';
import { companyNames } from './tables.ts';

type Own = Pick<Config, 'member' | 'company' | 'name'>;

/** What a row is called: the name given here, else the name of a tenant, else the node's own. Needs both tables joined. */
export const nameColumns = ({ company, name }: Own, of: typeof members.company) => ({
  zh: sql<
    string | null
  >`coalesce(${companyNames.zh}, ${tenants.nameZh}, case when ${of} = ${company} then ${name.zh}::text end)`,
  en: sql<
    string | null
  >`coalesce(${companyNames.en}, ${tenants.nameEn}, case when ${of} = ${company} then ${name.en}::text end)`,
});

/** A text of two columns; null unless both are there. */
export const toText = ({ zh, en }: { readonly zh: string | null; readonly en: string | null }): Text | null =>
  zh === null || en === null ? null : { zh, en };

const lookup = (rows: readonly { readonly id: string; readonly zh: string | null; readonly en: string | null }[]) => {
  const known = new Map(rows.map((row) => [row.id, toText(row)]));
  return (id: string): Text => known.get(id) ?? { zh: id, en: id };
};

/** Names of companies by their ids, where this node has one: given here, else of a tenant, else its own. */
export const readCompanyNames = async (
  db: Db | Tx,
  { company, name }: Own,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Text>> => {
  const hosted = await db
    .select({ company: tenants.company, zh: tenants.nameZh, en: tenants.nameEn })
    .from(tenants)
    .where(inArray(tenants.company, [...ids]));
  const given = await db
    .select({ company: companyNames.company, zh: companyNames.zh, en: companyNames.en })
    .from(companyNames)
    .where(inArray(companyNames.company, [...ids]));
  return new Map([{ company, ...name }, ...hosted, ...given].map(({ company: id, zh, en }) => [id, { zh, en }]));
};

/** Names of some sites and members as this node calls them; their ids where it has none. */
export const readNames = async (
  db: Db | Tx,
  own: Own,
  ids: { readonly sites: readonly string[]; readonly members: readonly string[] },
): Promise<Names> => {
  const siteRows = await db
    .select({ id: siteNames.site, zh: siteNames.zh, en: siteNames.en })
    .from(siteNames)
    .where(inArray(siteNames.site, [...ids.sites]));
  const memberRows = await db
    .select({ id: members.member, ...nameColumns(own, members.company) })
    .from(members)
    .leftJoin(companyNames, eq(companyNames.company, members.company))
    .leftJoin(tenants, eq(tenants.company, members.company))
    .where(inArray(members.member, [...ids.members]));
  return { site: lookup(siteRows), member: lookup(memberRows) };
};
