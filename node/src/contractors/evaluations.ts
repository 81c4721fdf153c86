import { EVALUATION_GRADES, type Evaluation, type EvaluationQuery, Report } from '@anlian/contracts';
import { and, desc, eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Db } from '../db/database.ts';
import { afterMoment, toPage } from '../http/page.ts';
import { coded } from './credentialView.ts';
import { readHeld, shown } from './held.ts';
import { type Scope, seenCompanies } from './scope.ts';
import { evaluations } from './tables.ts';

/** Evaluations that the caller sees, newest first. */
export const listEvaluations = async (
  db: Db,
  scope: Scope,
  { company, cursor, limit }: z.infer<typeof EvaluationQuery>,
): Promise<{ items: z.infer<typeof Evaluation>[]; next?: string }> => {
  const rows = await db
    .select()
    .from(evaluations)
    .where(
      and(
        seenCompanies(scope, evaluations.company),
        company === undefined ? undefined : eq(evaluations.company, company),
        afterMoment(cursor, evaluations.recordedAt, evaluations.evaluation),
      ),
    )
    .orderBy(desc(evaluations.recordedAt), desc(evaluations.evaluation))
    .limit(limit + 1);
  const shownRows = rows.slice(0, limit);
  const held = await readHeld(
    db,
    scope,
    shownRows.flatMap(({ commitment }) => commitment ?? []),
  );
  const items = shownRows.map(({ record, site, commitment }) => ({
    evaluation: record.evaluation,
    company: record.company,
    site,
    member: record.member,
    grade: coded(EVALUATION_GRADES, record.grade),
    occurredAt: record.occurredAt,
    recordedAt: record.recordedAt,
    imported: record.imported,
    version: record.version,
    report: shown(Report, commitment === null ? undefined : held.get(commitment)),
  }));
  return toPage(rows, limit, ({ recordedAt, evaluation }) => [recordedAt, evaluation], items);
};
