import { eq, inArray, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { members } from '../network/tables.ts';
import { heldRecords } from './tables.ts';

/** What of the contractors' data one caller sees. The only place that decides it. */
export interface Scope {
  readonly org: string;
  /** The caller's own company; undefined before its member is on the ledger. */
  readonly company: string | undefined;
  /** Companies whose facts it sees: a governor's staff sees the ledger, others their own companies. */
  readonly companies: 'all' | readonly string[];
  /** Private records: all of this node, or those that belong to the caller's member or are about its company. */
  readonly records: 'all' | 'own';
}

type Own = Pick<Config, 'member' | 'kind' | 'company'>;

/** The scope of a caller: the node's own staff, or a tenant's people. */
export const scopeOf = async (db: Db | Tx, own: Own, { org }: Pick<Caller, 'org'>): Promise<Scope> => {
  const household = await db
    .select({ member: members.member, company: members.company })
    .from(members)
    .where(or(eq(members.member, org), eq(members.sponsor, own.member)));
  const company = household.find(({ member }) => member === org)?.company;
  if (org !== own.member) return { org, company, companies: company === undefined ? [] : [company], records: 'own' };
  if (own.kind === 'governor') return { org, company, companies: 'all', records: 'all' };
  return {
    org,
    company,
    companies: [...new Set([own.company, ...household.map((member) => member.company)])],
    records: 'all',
  };
};

/** Condition on a company column: rows that the caller sees. */
export const seenCompanies = ({ companies }: Scope, column: PgColumn): SQL | undefined =>
  companies === 'all' ? undefined : inArray(column, [...companies]);

/** Condition on the records that stay at home: rows that the caller sees. */
export const seenRecords = ({ records, org, company }: Scope): SQL | undefined =>
  records === 'all'
    ? undefined
    : or(eq(heldRecords.org, org), company === undefined ? undefined : eq(heldRecords.company, company));
