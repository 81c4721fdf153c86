import {
  AnlianError,
  type Enrolment,
  EnrolmentId,
  type EnrolWorker,
  formatId,
  type InboundEnrolment,
  PaperRecord,
  toInstant,
} from '@anlian/contracts';
import { and, asc, desc, eq, isNotNull } from 'drizzle-orm';
import { credentials, heldRecords } from '../contractors/tables.ts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { findSite } from '../network/store.ts';
import { handOver, papersOf } from './papers.ts';
import { personRecord } from './records.ts';
import { visibleTo } from './scope.ts';
import { findWorker, trainingsOf } from './store.ts';
import { sentEnrolments, workers } from './tables.ts';

export type SentRow = typeof sentEnrolments.$inferSelect;

/**
 * Writes down an enrolment; its delivery is due at once, and repeated until the site owner answers.
 * @throws {AnlianError} `not_found` for a worker that the caller does not see, `unknown_site`, `invalid_transition` for one who left
 */
export const enrol = async (
  tx: Tx,
  deps: Pick<NodeDeps, 'config' | 'clock' | 'random'>,
  caller: Caller,
  input: EnrolWorker,
): Promise<string> => {
  const worker = await findWorker(tx, deps, caller, input.worker);
  if (worker.state !== 'employed')
    throw new AnlianError('invalid_transition', { field: '/worker', detail: worker.state });
  const site = await findSite(tx, input.site).catch(() => undefined);
  if (!site) throw new AnlianError('unknown_site', { field: '/site' });
  const enrolment = formatId('enr', deps.random(16));
  const now = toInstant(deps.clock());
  await tx.insert(sentEnrolments).values({
    enrolment,
    org: worker.org,
    worker: worker.worker,
    site: site.site,
    owner: site.owner,
    workClasses: input.workClasses,
    validFrom: input.from,
    validTo: input.to,
    consent: input.consent,
    state: 'sent',
    nextAt: now,
    attempts: 0,
    faults: [],
    createdAt: now,
  });
  return enrolment;
};

/** The pass that the worker holds already, whoever issued it. */
const passOf = async (db: Db, worker: string): Promise<string | null> => {
  const [row] = await db
    .select({ code: sentEnrolments.code })
    .from(sentEnrolments)
    .where(and(eq(sentEnrolments.worker, worker), isNotNull(sentEnrolments.code)))
    .orderBy(desc(sentEnrolments.createdAt))
    .limit(1);
  return row?.code ?? null;
};

/** Records of the employer's insurance, where this node holds them: the ledger does not show the cover. */
const insurancePapers = async (db: Db, employer: string): Promise<InboundEnrolment['companyPapers']> => {
  const rows = await db
    .selectDistinctOn([heldRecords.about], {
      credential: heldRecords.about,
      record: heldRecords.record,
      salt: heldRecords.salt,
    })
    .from(heldRecords)
    .innerJoin(credentials, eq(credentials.credential, heldRecords.about))
    .where(
      and(eq(heldRecords.kind, 'paper'), eq(credentials.holder, employer), eq(credentials.type, 'liability_insurance')),
    )
    .orderBy(heldRecords.about);
  return rows.flatMap((row) => {
    const record = PaperRecord.safeParse(row.record).data;
    return record ? [{ ...row, record }] : [];
  });
};

/** What is handed over, assembled from the records as they are now. */
export const assemble = async (db: Db, row: SentRow): Promise<InboundEnrolment> => {
  const [worker] = await db.select().from(workers).where(eq(workers.worker, row.worker));
  if (!worker) throw new AnlianError('not_found', { field: '/worker' });
  const papers = (await papersOf(db, worker)).filter(({ state }) => state === 'registered');
  const trainings = await trainingsOf(db, row.worker);
  return {
    v: 1,
    enrolment: row.enrolment,
    site: row.site,
    employer: worker.employer,
    worker: worker.worker,
    person: personRecord(worker),
    trade: worker.trade,
    portrait: row.consent.photo ? worker.portrait : null,
    workClasses: row.workClasses,
    from: row.validFrom,
    to: row.validTo,
    consent: row.consent,
    papers: papers.map(handOver),
    companyPapers: await insurancePapers(db, worker.employer),
    trainings: trainings.map(({ course, completedOn, hours, score, validTo }) => ({
      course,
      completedOn,
      hours,
      score,
      validTo,
    })),
    pass: await passOf(db, row.worker),
  };
};

export const toEnrolment = (row: SentRow, now: string): Enrolment => ({
  enrolment: row.enrolment,
  worker: row.worker,
  site: row.site,
  owner: row.owner,
  workClasses: row.workClasses,
  from: row.validFrom,
  to: row.validTo,
  state: row.state,
  attempts: row.attempts,
  lastFault: row.lastFault,
  faults: row.faults,
  pass: row.pass,
  invite:
    row.inviteUrl === null || row.inviteExpiresAt === null || row.inviteExpiresAt <= now
      ? null
      : { url: row.inviteUrl, expiresAt: row.inviteExpiresAt },
  createdAt: row.createdAt,
});

/** @throws {AnlianError} `not_found` */
export const findEnrolment = async (
  db: Db,
  { config }: Pick<NodeDeps, 'config'>,
  caller: Caller,
  enrolment: string,
): Promise<SentRow> => {
  const [row] = await db
    .select()
    .from(sentEnrolments)
    .where(and(eq(sentEnrolments.enrolment, enrolment), visibleTo(config, caller, sentEnrolments.org)));
  if (!row) throw new AnlianError('not_found');
  return row;
};

export const listEnrolments = async (
  db: Db,
  { config, clock }: Pick<NodeDeps, 'config' | 'clock'>,
  caller: Caller,
  { cursor, limit }: PageRequest,
): Promise<{ items: Enrolment[]; next?: string }> => {
  const rows = await db
    .select()
    .from(sentEnrolments)
    .where(and(visibleTo(config, caller, sentEnrolments.org), afterId(cursor, sentEnrolments.enrolment, EnrolmentId)))
    .orderBy(asc(sentEnrolments.enrolment))
    .limit(limit + 1);
  const now = toInstant(clock());
  const items = rows.slice(0, limit).map((row) => toEnrolment(row, now));
  return toPage(rows, limit, ({ enrolment }) => enrolment, items);
};
