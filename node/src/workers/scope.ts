import { AnlianError, type CompanyId } from '@anlian/contracts';
import { and, eq, or, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Config } from '../config.ts';
import type { Db } from '../db/database.ts';
import type { Caller } from '../http/caller.ts';
import { members } from '../network/tables.ts';

/** Whose rows a caller sees: the node's own staff all of the node's, a tenant its own. */
export const visibleTo = (config: Pick<Config, 'member'>, caller: Caller, org: PgColumn): SQL | undefined =>
  caller.org === config.member ? undefined : eq(org, caller.org);

export interface Employer {
  readonly company: CompanyId;
  /** The member whose data its workers are. */
  readonly org: string;
}

/**
 * The company in whose name a caller enters workers: its own, or a tenant's when the node's own staff act for it.
 * @throws {AnlianError} `unknown_company` for a company that does not live on this node
 */
export const employerFor = async (
  db: Db,
  config: Pick<Config, 'member'>,
  caller: Caller,
  company: CompanyId | undefined,
): Promise<Employer> => {
  const livesHere = or(eq(members.member, config.member), eq(members.sponsor, config.member));
  const mine = caller.org === config.member ? livesHere : eq(members.member, caller.org);
  const wanted = company === undefined ? eq(members.member, caller.org) : eq(members.company, company);
  const [member] = await db.select().from(members).where(and(mine, wanted));
  if (!member) throw new AnlianError('unknown_company', { field: '/employer', detail: 'no such company on this node' });
  return { company: member.company, org: member.member };
};
