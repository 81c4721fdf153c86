import type { ReceivedEnrolment } from '@anlian/contracts';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { Db } from '../db/database.ts';
import { passes, receivedEnrolments } from './tables.ts';

/** Enrolments at a site, by id. */
export const listReceived = async (
  db: Db,
  site: string,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: ReceivedEnrolment[]; next?: string }> => {
  const rows = await db
    .select({ enrolment: receivedEnrolments, issuer: passes.issuer })
    .from(receivedEnrolments)
    .innerJoin(passes, eq(passes.pass, receivedEnrolments.pass))
    .where(
      and(
        eq(receivedEnrolments.site, site),
        cursor === undefined ? undefined : gt(receivedEnrolments.enrolment, cursor),
      ),
    )
    .orderBy(asc(receivedEnrolments.enrolment))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map(({ enrolment: row, issuer }) => ({
    enrolment: row.enrolment,
    from: row.fromMember,
    employer: row.employer,
    site: row.site,
    name: row.person.name,
    trade: row.person.trade,
    workClasses: row.workClasses,
    authorisedFrom: row.authorisedFrom,
    authorisedTo: row.authorisedTo,
    pass: row.pass,
    issuer,
    state: row.state,
    receivedAt: row.receivedAt,
  }));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: last.enrolment } : {}) };
};
