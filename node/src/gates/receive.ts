import {
  AnlianError,
  canonicalText,
  type EnrolmentAccepted,
  type EnrolmentStanding,
  type InboundEnrolment,
  toInstant,
} from '@anlian/contracts';
import { and, eq, inArray } from 'drizzle-orm';
import { holdDisclosed } from '../contractors/held.ts';
import { blocklistings, credentials } from '../contractors/tables.ts';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { speakerFor } from '../network/store.ts';
import { admissions, sites } from '../network/tables.ts';
import { type LedgerView, requireSound } from './checkEnrolment.ts';
import { passFor } from './passFor.ts';
import { passes, receivedEnrolments } from './tables.ts';

export type ReceiveDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'random' | 'recordEvidence'>;

/**
 * Takes an enrolment at a site of this member from the employer's node (or from this one, for its own tenants): every record is
 * checked against this node's own projection of the ledger. The same enrolment may come again, with a newer pass or newer papers.
 * @param from the member that hands it over
 * @throws {AnlianError} `unknown_site`; the first fault's code with every fault of every record; `pass_in_use`, `already_exists`
 */
export const receiveEnrolment = (
  deps: ReceiveDeps,
  from: string,
  input: InboundEnrolment,
): Promise<EnrolmentAccepted> =>
  deps.db.transaction(async (tx) => {
    await requireSiteHere(tx, deps, input.site);
    await requireSameSender(tx, from, input);
    requireSound(input, await ledgerView(tx, deps, from, input));
    await keepCompanyPapers(tx, deps, input);
    const { pass, invite } = await passFor(tx, deps, from, input);
    await storeEnrolment(tx, deps, from, pass, input);
    await recordReceipt(tx, deps, from, pass, input);
    return { enrolment: input.enrolment, pass, invite };
  });

const requireSiteHere = async (tx: Tx, { config }: ReceiveDeps, site: string): Promise<void> => {
  const [row] = await tx.select().from(sites).where(eq(sites.site, site));
  if (row?.owner !== config.member) throw new AnlianError('unknown_site', { field: '/site' });
};

/** An enrolment id belongs to whoever used it first, for that worker and site. */
const requireSameSender = async (
  tx: Tx,
  from: string,
  { enrolment, worker, site }: InboundEnrolment,
): Promise<void> => {
  const [row] = await tx.select().from(receivedEnrolments).where(eq(receivedEnrolments.enrolment, enrolment));
  if (row && (row.fromMember !== from || row.worker !== worker || row.site !== site))
    throw new AnlianError('already_exists', { field: '/enrolment' });
};

const ledgerView = async (
  tx: Tx,
  { clock }: ReceiveDeps,
  from: string,
  { employer, site, papers }: InboundEnrolment,
): Promise<LedgerView> => {
  const admitted = await tx
    .select()
    .from(admissions)
    .where(and(eq(admissions.site, site), eq(admissions.company, employer)));
  const [blocked] = await tx.select().from(blocklistings).where(eq(blocklistings.company, employer));
  const ids = papers.map(({ credential }) => credential);
  const known = ids.length === 0 ? [] : await tx.select().from(credentials).where(inArray(credentials.credential, ids));
  const byId = new Map(known.map((row) => [row.credential, row.record]));
  const now = toInstant(clock());
  return {
    nowMs: clock(),
    speaksForEmployer: (await speakerFor(tx, from, employer)) !== undefined,
    admissions: admitted,
    blocklisted: blocked !== undefined && blocked.liftedAt === null && blocked.until > now,
    credential: (id) => byId.get(id),
  };
};

/** The employer's own papers are on the ledger in clear but for what only the record says; a record that does not open is refused. */
const keepCompanyPapers = async (
  tx: Tx,
  { config, clock }: ReceiveDeps,
  { employer, companyPapers }: InboundEnrolment,
): Promise<void> => {
  for (const [at, { credential, record, salt }] of companyPapers.entries()) {
    const [known] = await tx
      .select()
      .from(credentials)
      .where(and(eq(credentials.credential, credential), eq(credentials.holder, employer)));
    if (!known) throw new AnlianError('unknown_credential', { field: `/companyPapers/${at}` });
    const { commitment } = known.record.facts;
    const belonging = { org: config.member, kind: 'paper' as const, about: credential, company: employer };
    await holdDisclosed(tx, clock, belonging, { record, salt, commitment });
  }
};

const storeEnrolment = async (
  tx: Tx,
  { clock }: ReceiveDeps,
  from: string,
  pass: string,
  input: InboundEnrolment,
): Promise<void> => {
  const held = {
    pass,
    person: { name: input.person.name, trade: input.trade, portrait: input.portrait },
    birthDate: input.person.birthDate,
    workClasses: input.workClasses,
    authorisedFrom: input.from,
    authorisedTo: input.to,
    consent: input.consent,
    papers: input.papers.map(({ credential }) => credential),
    trainings: input.trainings,
    state: 'active' as const,
    receivedAt: toInstant(clock()),
  };
  const { enrolment, worker, employer, site } = input;
  await tx
    .insert(receivedEnrolments)
    .values({ enrolment, worker, employer, site, fromMember: from, ...held })
    .onConflictDoUpdate({ target: receivedEnrolments.enrolment, set: held });
};

/** Evidence of what was received and checked: ids and dates, no person. */
const recordReceipt = (
  tx: Tx,
  { recordEvidence, clock }: ReceiveDeps,
  from: string,
  pass: string,
  input: InboundEnrolment,
): Promise<string> => {
  const { enrolment, site, employer, worker, workClasses, consent } = input;
  const record = canonicalText({
    v: 1,
    kind: 'enrolment-received',
    enrolment,
    fromMember: from,
    site,
    employer,
    worker,
    pass,
    workClasses,
    authorisedFrom: input.from,
    authorisedTo: input.to,
    consent,
    papers: input.papers.map(({ credential }) => credential),
    at: toInstant(clock()),
  });
  return recordEvidence(tx, { kind: 'enrolment-received', record });
};

/**
 * Takes an enrolment off the lists; a pass of this governor that has no other is off-boarded. Repeatable.
 * @throws {AnlianError} `not_found`
 */
export const endEnrolment = async (deps: ReceiveDeps, from: string, enrolment: string): Promise<EnrolmentStanding> => {
  await deps.db.transaction(async (tx) => {
    const { pass } = await enrolmentStanding({ db: tx }, from, enrolment);
    const [ended] = await tx
      .update(receivedEnrolments)
      .set({ state: 'ended' })
      .where(and(eq(receivedEnrolments.enrolment, enrolment), eq(receivedEnrolments.state, 'active')))
      .returning();
    if (!ended) return;
    const others = await tx
      .select()
      .from(receivedEnrolments)
      .where(and(eq(receivedEnrolments.pass, pass), eq(receivedEnrolments.state, 'active')));
    if (others.length === 0)
      await tx.update(passes).set({ state: 'offboarded', holderKey: null }).where(eq(passes.pass, pass));
    const record = canonicalText({ v: 1, kind: 'enrolment-ended', enrolment, pass, at: toInstant(deps.clock()) });
    await deps.recordEvidence(tx, { kind: 'record-changed', record });
  });
  return enrolmentStanding(deps, from, enrolment);
};

/** What the employer asks later: its pass, once the worker has claimed it. @throws {AnlianError} `not_found` */
export const enrolmentStanding = async (
  { db }: Pick<NodeDeps, 'db'>,
  from: string,
  enrolment: string,
): Promise<EnrolmentStanding> => {
  const [row] = await db
    .select()
    .from(receivedEnrolments)
    .innerJoin(passes, eq(passes.pass, receivedEnrolments.pass))
    .where(and(eq(receivedEnrolments.enrolment, enrolment), eq(receivedEnrolments.fromMember, from)));
  if (!row) throw new AnlianError('not_found');
  return { enrolment, pass: row.passes.pass, state: row.passes.state, code: row.passes.code };
};
