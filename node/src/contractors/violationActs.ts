import { violationState } from '@anlian/chaincode/rules';
import {
  AnlianError,
  type CommandArgs,
  type EvaluateCompany,
  formatId,
  instantMs,
  type NotifyViolation,
  type OpenAppeal,
  type Report,
  type ResolveAppeal,
  VIOLATION_TRANSITIONS,
  type ViolationAct,
  type ViolationRecord,
} from '@anlian/contracts';
import { and, desc, eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { admissions, sites } from '../network/tables.ts';
import { requireAllowed, requireGovernor, requirePast } from './acting.ts';
import { requireKnownCompany } from './companies.ts';
import { holdRecord } from './held.ts';
import type { Scope } from './scope.ts';
import { findViolationRecord, policyNow } from './violations.ts';

export type ViolationDeps = Pick<NodeDeps, 'config' | 'clock' | 'random' | 'queue'>;

const requireOwnSite = async (tx: Tx, { org }: Caller, site: string): Promise<void> => {
  const [row] = await tx.select().from(sites).where(eq(sites.site, site));
  if (!row) throw new AnlianError('unknown_site', { field: '/site' });
  if (row.owner !== org) throw new AnlianError('not_the_owner', { field: '/site' });
};

const admissionsTo = (tx: Tx, site: string, company: string) =>
  tx
    .select()
    .from(admissions)
    .where(and(eq(admissions.site, site), eq(admissions.company, company)))
    .orderBy(desc(admissions.validFrom));

const notAdmitted = () => new AnlianError('not_admitted', { field: '/occurredAt' });

/** The admission under which the company was on the site when it happened. @throws {AnlianError} `not_admitted` */
const admissionAt = async (tx: Tx, { site, company, occurredAt }: NotifyViolation): Promise<string> => {
  const atMs = instantMs(occurredAt);
  const covering = (await admissionsTo(tx, site, company)).find(
    ({ validFrom, releasedAt }) =>
      instantMs(validFrom) <= atMs && (releasedAt === null || atMs < instantMs(releasedAt)),
  );
  if (covering === undefined) throw notAdmitted();
  return covering.admission;
};

/**
 * Gives notice of a violation at a site of the caller's member. The report stays at home.
 * @throws {AnlianError} `not_a_governor`, `unknown_site`, `not_the_owner`, `unknown_company`, `in_the_future`, `unknown_clause`, `not_admitted`
 */
export const notifyViolation = async (
  tx: Tx,
  deps: ViolationDeps,
  caller: Caller,
  input: NotifyViolation,
): Promise<{ violation: string; commandId: string }> => {
  const { company, site, clause, occurredAt, report } = input;
  requireGovernor(deps.config, caller);
  await requireOwnSite(tx, caller, site);
  await requireKnownCompany(tx, company, '/company');
  requirePast(occurredAt, deps.clock(), '/occurredAt');
  const { clauses } = await policyNow(tx, deps.clock());
  if (!Object.hasOwn(clauses, clause)) throw new AnlianError('unknown_clause', { field: '/clause' });
  const admission = await admissionAt(tx, input);
  const violation = formatId('vio', deps.random(16));
  const { commitment } = await holdRecord(
    tx,
    deps,
    { org: caller.org, kind: 'violation', about: violation, company },
    report,
  );
  const args = { violation, company, site, admission, clause, occurredAt, commitment };
  return { violation, commandId: await deps.queue.enqueue(tx, caller, 'credit:notice', args) };
};

/** A violation in a state from which the act is possible. @throws {AnlianError} `not_found`, `invalid_transition` */
const actable = async (
  tx: Tx,
  deps: ViolationDeps,
  scope: Scope,
  violation: string,
  act: ViolationAct,
): Promise<ViolationRecord> => {
  const record = await findViolationRecord(tx, scope, violation);
  const state = violationState(record, await policyNow(tx, deps.clock()), deps.clock());
  requireAllowed(act, state, VIOLATION_TRANSITIONS[act]);
  return record;
};

const requireSubject = ({ company }: Scope, record: ViolationRecord): void => {
  if (company !== record.company) throw new AnlianError('not_the_subject');
};

/**
 * The company concerned accepts a notice, or takes its open appeal back.
 * @returns the `commandId`
 * @throws {AnlianError} `not_found`, `not_the_subject`, `invalid_transition`
 */
export const answerViolation = async (
  tx: Tx,
  deps: ViolationDeps,
  caller: Caller,
  scope: Scope,
  act: 'acknowledge' | 'withdraw_appeal',
  violation: string,
): Promise<string> => {
  const record = await actable(tx, deps, scope, violation, act);
  requireSubject(scope, record);
  return deps.queue.enqueue(tx, caller, `credit:${act}`, { company: record.company, violation });
};

/**
 * The company concerned appeals. Its statement stays at home.
 * @throws {AnlianError} `not_found`, `not_the_subject`, `invalid_transition`
 */
export const appealViolation = async (
  tx: Tx,
  deps: ViolationDeps,
  caller: Caller,
  scope: Scope,
  violation: string,
  { ground, report }: z.infer<typeof OpenAppeal>,
): Promise<string> => {
  const record = await actable(tx, deps, scope, violation, 'appeal');
  requireSubject(scope, record);
  const commitment = await holdReport(tx, deps, caller, record, 'appeal', report);
  return deps.queue.enqueue(tx, caller, 'credit:appeal', { company: record.company, violation, ground, commitment });
};

/**
 * A governor that neither recorded the violation nor is concerned decides its appeal. The reasoning stays at home.
 * @throws {AnlianError} `not_found`, `not_a_governor`, `recorder_may_not_resolve`, `invalid_transition`
 */
export const resolveViolation = async (
  tx: Tx,
  deps: ViolationDeps,
  caller: Caller,
  scope: Scope,
  violation: string,
  { outcome, report }: z.infer<typeof ResolveAppeal>,
): Promise<string> => {
  const record = await actable(tx, deps, scope, violation, 'resolve');
  requireGovernor(deps.config, caller);
  if (record.recordedBy === caller.org) throw new AnlianError('recorder_may_not_resolve');
  const commitment = await holdReport(tx, deps, caller, record, 'resolution', report);
  return deps.queue.enqueue(tx, caller, 'credit:resolve', { company: record.company, violation, outcome, commitment });
};

const holdReport = async (
  tx: Tx,
  deps: ViolationDeps,
  { org }: Caller,
  { violation, company }: ViolationRecord,
  kind: 'appeal' | 'resolution',
  report: Report,
): Promise<string> => (await holdRecord(tx, deps, { org, kind, about: violation, company }, report)).commitment;

/**
 * Grades a company that works, or worked, at a site of the caller's member.
 * @throws {AnlianError} `not_a_governor`, `unknown_site`, `not_the_owner`, `unknown_company`, `in_the_future`, `not_admitted`
 */
export const evaluateCompany = async (
  tx: Tx,
  deps: ViolationDeps,
  caller: Caller,
  { company, site, grade, occurredAt, report }: z.infer<typeof EvaluateCompany>,
): Promise<{ evaluation: string; commandId: string }> => {
  requireGovernor(deps.config, caller);
  await requireOwnSite(tx, caller, site);
  await requireKnownCompany(tx, company, '/company');
  requirePast(occurredAt, deps.clock(), '/occurredAt');
  const earlier = await admissionsTo(tx, site, company);
  if (!earlier.some(({ validFrom }) => instantMs(validFrom) <= instantMs(occurredAt))) throw notAdmitted();
  const evaluation = formatId('evl', deps.random(16));
  const { commitment } = await holdRecord(
    tx,
    deps,
    { org: caller.org, kind: 'evaluation', about: evaluation, company },
    report,
  );
  const args: CommandArgs<'credit:evaluate'> = { evaluation, company, site, grade, occurredAt, commitment };
  return { evaluation, commandId: await deps.queue.enqueue(tx, caller, 'credit:evaluate', args) };
};
