import { EnrolmentId, type ReceivedEnrolment } from '@anlian/contracts';
import { and, asc, eq } from 'drizzle-orm';
import type { Db } from '../db/database.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { passes, receivedEnrolments } from './tables.ts';

/** Enrolments at a site, by id. */
export const listReceived = async (
  db: Db,
  site: string,
  { cursor, limit }: PageRequest,
): Promise<{ items: ReceivedEnrolment[]; next?: string }> => {
  const rows = await db
    .select({ enrolment: receivedEnrolments, issuer: passes.issuer })
    .from(receivedEnrolments)
    .innerJoin(passes, eq(passes.pass, receivedEnrolments.pass))
    .where(and(eq(receivedEnrolments.site, site), afterId(cursor, receivedEnrolments.enrolment, EnrolmentId)))
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
  return toPage(rows, limit, ({ enrolment }) => enrolment.enrolment, items);
};
