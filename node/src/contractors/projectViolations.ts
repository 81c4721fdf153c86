import type { EvaluationRecord, ImportedFact, ViolationRecord } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Projector } from '../ledger/project.ts';
import { touchCompany } from './standings.ts';
import { evaluations, type ViolationPhase, violations } from './tables.ts';

type Appeal = ViolationRecord['appeals'][number];

/** What was written to a violation so far. */
export const phaseOf = ({
  appeals,
  acknowledgedAt,
}: Pick<ViolationRecord, 'appeals' | 'acknowledgedAt'>): ViolationPhase => {
  if (appeals.some(({ outcome }) => outcome === 'upheld')) return 'void';
  if (appeals.some(({ endedAt }) => endedAt === null)) return 'appealed';
  return acknowledgedAt === null ? 'noticed' : 'acknowledged';
};

const addViolation = async (tx: Tx, record: ViolationRecord): Promise<void> => {
  const { violation, company, site, recordedAt } = record;
  await tx.insert(violations).values({ violation, company, site, recordedAt, phase: phaseOf(record), record });
  await touchCompany(tx, company);
};

const addEvaluation = async (
  tx: Tx,
  record: EvaluationRecord,
  { site, commitment }: { readonly site: string; readonly commitment: string } | Record<'site' | 'commitment', null>,
): Promise<void> => {
  const { evaluation, company, recordedAt } = record;
  await tx.insert(evaluations).values({ evaluation, company, site, commitment, recordedAt, record });
  await touchCompany(tx, company);
};

const rewrite = async (
  tx: Tx,
  violation: string,
  change: (record: ViolationRecord) => Partial<ViolationRecord>,
): Promise<void> => {
  const [row] = await tx.select().from(violations).where(eq(violations.violation, violation));
  if (!row) return;
  const record = { ...row.record, ...change(row.record), version: row.record.version + 1 };
  await tx
    .update(violations)
    .set({ record, phase: phaseOf(record) })
    .where(eq(violations.violation, violation));
  await touchCompany(tx, row.company);
};

const endOpen =
  (end: Pick<Appeal, 'outcome' | 'by'> & { readonly endedAt: string }) =>
  ({ appeals }: ViolationRecord): Partial<ViolationRecord> => ({
    appeals: appeals.map((appeal) => (appeal.endedAt === null ? { ...appeal, ...end } : appeal)),
  });

const importFact = (tx: Tx, fact: ImportedFact, recordedAt: string): Promise<void> => {
  if (fact.kind === 'evaluation') {
    const { kind: _, ...facts } = fact;
    return addEvaluation(tx, { ...facts, version: 1, recordedAt, imported: true }, { site: null, commitment: null });
  }
  const { kind: _, ...facts } = fact;
  return addViolation(tx, {
    ...facts,
    version: 1,
    recordedBy: null,
    recordedAt,
    imported: true,
    acknowledgedAt: null,
    appeals: [],
  });
};

/** Violations with their appeals, and evaluations, as the ledger tells them. Each event is one write of its record, as in the rule. */
export const violationEvents: Projector = {
  'credit.imported': async (tx, { facts }, { txTime }) => {
    for (const fact of facts) await importFact(tx, fact, txTime);
  },
  'credit.noticed': (tx, { admission: _, ...notice }, { txTime }) =>
    addViolation(tx, { ...notice, version: 1, recordedAt: txTime, imported: false, acknowledgedAt: null, appeals: [] }),
  'credit.acknowledged': (tx, { violation }, { txTime }) => rewrite(tx, violation, () => ({ acknowledgedAt: txTime })),
  'credit.appealed': (tx, { violation, ground, commitment }, { txTime }) =>
    rewrite(tx, violation, ({ appeals }) => ({
      appeals: [...appeals, { ground, commitment, at: txTime, endedAt: null, outcome: null, by: null }],
    })),
  'credit.appeal_withdrawn': (tx, { violation }, { txTime, org }) =>
    rewrite(tx, violation, endOpen({ endedAt: txTime, outcome: 'withdrawn', by: org })),
  'credit.resolved': (tx, { violation, outcome, by }, { txTime }) =>
    rewrite(tx, violation, endOpen({ endedAt: txTime, outcome, by })),
  'credit.evaluated': (tx, { evaluation, company, grade, occurredAt, recordedBy, site, commitment }, { txTime }) =>
    addEvaluation(
      tx,
      { version: 1, evaluation, company, member: recordedBy, grade, occurredAt, recordedAt: txTime, imported: false },
      { site, commitment },
    ),
};
