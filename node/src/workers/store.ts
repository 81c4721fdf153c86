import {
  AnlianError,
  type ChangeWorker,
  type CreateWorker,
  canonicalText,
  formatId,
  toInstant,
  type Worker,
  WorkerId,
  type WorkerSummary,
} from '@anlian/contracts';
import { and, asc, eq, ilike, or } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { papersOf } from './papers.ts';
import { idDocumentOf } from './records.ts';
import { employerFor, visibleTo } from './scope.ts';
import { sentEnrolments, workers, workerTrainings } from './tables.ts';

type WorkerDeps = Pick<NodeDeps, 'config' | 'clock' | 'random'>;
export type WorkerRow = typeof workers.$inferSelect;

/** @throws {AnlianError} `already_exists` when the employer has a worker with this document; `unknown_company` */
export const createWorker = async (
  tx: Tx,
  { config, clock, random }: WorkerDeps,
  caller: Caller,
  input: CreateWorker,
): Promise<WorkerRow> => {
  const { company, org } = await employerFor(tx, config, caller, input.employer);
  const [row] = await tx
    .insert(workers)
    .values({
      worker: formatId('wkr', random(16)),
      org,
      employer: company,
      name: input.name,
      idType: input.idDocument.type,
      idNumber: input.idDocument.number,
      birthDate: input.birthDate,
      phone: input.phone ?? null,
      trade: input.trade,
      portrait: input.portrait ?? null,
      state: 'employed',
      version: 1,
      createdAt: toInstant(clock()),
    })
    .onConflictDoNothing({ target: [workers.employer, workers.idType, workers.idNumber] })
    .returning();
  if (!row) throw new AnlianError('already_exists', { field: '/idDocument/number' });
  return row;
};

/** A worker that the caller may see. @throws {AnlianError} `not_found` */
export const findWorker = async (
  db: Db,
  { config }: Pick<NodeDeps, 'config'>,
  caller: Caller,
  worker: string,
): Promise<WorkerRow> => {
  const [row] = await db
    .select()
    .from(workers)
    .where(and(eq(workers.worker, worker), visibleTo(config, caller, workers.org)));
  if (!row) throw new AnlianError('not_found');
  return row;
};

/**
 * Changes a worker. The evidence names the fields and not what they say: it outlives the person's data.
 * @throws {AnlianError} `not_found`; `version_conflict` when `version` is not the present one
 */
export const changeWorker = async (
  tx: Tx,
  deps: Pick<NodeDeps, 'config' | 'clock' | 'recordEvidence'>,
  caller: Caller,
  worker: string,
  version: number,
  changes: ChangeWorker,
): Promise<number> => {
  await findWorker(tx, deps, caller, worker);
  const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const [row] = await tx
    .update(workers)
    .set({ ...set, version: version + 1 })
    .where(and(eq(workers.worker, worker), eq(workers.version, version)))
    .returning({ version: workers.version });
  if (!row) throw new AnlianError('version_conflict', { field: 'If-Match' });
  const at = toInstant(deps.clock());
  const record = { v: 1, kind: 'worker-changed', worker, fields: Object.keys(set).sort(), version: row.version, at };
  await deps.recordEvidence(tx, { kind: 'record-changed', record: canonicalText(record) });
  return row.version;
};

export const listWorkers = async (
  db: Db,
  { config }: Pick<NodeDeps, 'config'>,
  caller: Caller,
  { cursor, limit }: PageRequest,
) => {
  const rows = await db
    .select()
    .from(workers)
    .where(and(visibleTo(config, caller, workers.org), afterId(cursor, workers.worker, WorkerId)))
    .orderBy(asc(workers.worker))
    .limit(limit + 1);
  return toPage(rows, limit, ({ worker }) => worker, rows.slice(0, limit).map(toSummary));
};

/** Workers whose name holds the text, or whose document ends with it. */
export const searchWorkers = async (
  db: Db,
  { config }: Pick<NodeDeps, 'config'>,
  caller: Caller,
  { text, limit }: { readonly text: string; readonly limit: number },
): Promise<WorkerSummary[]> => {
  const literal = text.replace(/[\\%_]/g, '\\$&');
  const rows = await db
    .select()
    .from(workers)
    .where(
      and(
        visibleTo(config, caller, workers.org),
        or(ilike(workers.name, `%${literal}%`), ilike(workers.idNumber, `%${literal}`)),
      ),
    )
    .orderBy(asc(workers.worker))
    .limit(limit);
  return rows.map(toSummary);
};

const toSummary = (row: WorkerRow): WorkerSummary => ({
  worker: row.worker,
  name: row.name,
  idDocument: { type: row.idType, ending: row.idNumber.slice(-4) },
  trade: row.trade,
  employer: row.employer,
  state: row.state,
});

export const trainingsOf = (db: Db, worker: string) =>
  db.select().from(workerTrainings).where(eq(workerTrainings.worker, worker)).orderBy(asc(workerTrainings.training));

/** Everything this node holds of a worker, for the staff of its employer. */
export const describeWorker = async (db: Db, row: WorkerRow): Promise<Worker> => {
  const papers = await papersOf(db, row);
  const trainings = await trainingsOf(db, row.worker);
  const enrolments = await db.select().from(sentEnrolments).where(eq(sentEnrolments.worker, row.worker));
  return {
    worker: row.worker,
    employer: row.employer,
    name: row.name,
    idDocument: idDocumentOf(row),
    birthDate: row.birthDate,
    phone: row.phone,
    trade: row.trade,
    portrait: row.portrait,
    state: row.state,
    version: row.version,
    credentials: papers.map(({ paper, attestor, state }) => {
      const { v: _form, ...record } = paper.record;
      return { ...record, attestor, state };
    }),
    trainings: trainings.map(({ course, completedOn, hours, score, validTo }) => ({
      course,
      completedOn,
      hours,
      score,
      validTo,
    })),
    enrolments: enrolments.map(({ enrolment, site, state }) => ({ enrolment, site, state })),
  };
};
