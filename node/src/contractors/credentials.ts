import { credentialStatus, refusalToAct } from '@anlian/chaincode/rules';
import {
  AnlianError,
  type ChangeCredential,
  CREDENTIAL_TRANSITIONS,
  CREDENTIAL_TYPES,
  type Credential,
  type CredentialQuery,
  type CredentialRecord,
  formatId,
  PaperRecord,
  type RegisterCredential,
} from '@anlian/contracts';
import { and, desc, eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { afterMoment, toPage } from '../http/page.ts';
import { findMember } from '../network/store.ts';
import { requireAllowed, requireGovernor, requirePast } from './acting.ts';
import { requireKnownCompany } from './companies.ts';
import { credentialView } from './credentialView.ts';
import { holdRecord, readHeld, shown } from './held.ts';
import { readRenewals } from './renewals.ts';
import { type Scope, seenCompanies } from './scope.ts';
import { credentials } from './tables.ts';

type CredentialDeps = Pick<NodeDeps, 'config' | 'clock' | 'random' | 'queue'>;

/** A governor sees every paper on the ledger, workers' commitments too; others see those of their companies. */
const seen = (scope: Scope) => seenCompanies(scope, credentials.holder);

/** Papers that the caller sees, newest first. */
export const listCredentials = async (
  db: Db,
  scope: Scope,
  { company, type, cursor, limit }: z.infer<typeof CredentialQuery>,
  nowMs: number,
): Promise<{ items: Credential[]; next?: string }> => {
  const rows = await db
    .select()
    .from(credentials)
    .where(
      and(
        seen(scope),
        company === undefined ? undefined : eq(credentials.holder, company),
        type === undefined ? undefined : eq(credentials.type, type),
        afterMoment(cursor, credentials.recordedAt, credentials.credential),
      ),
    )
    .orderBy(desc(credentials.recordedAt), desc(credentials.credential))
    .limit(limit + 1);
  const records = rows.slice(0, limit).map(({ record }) => record);
  const items = await viewsOf(db, scope, records, nowMs);
  return toPage(rows, limit, ({ recordedAt, credential }) => [recordedAt, credential], items);
};

const viewsOf = async (
  db: Db,
  scope: Scope,
  records: readonly CredentialRecord[],
  nowMs: number,
): Promise<Credential[]> => {
  const held = await readHeld(
    db,
    scope,
    records.map(({ facts }) => facts.commitment),
  );
  const papers = await readRenewals(db, records);
  return records.map((record) =>
    credentialView(record, papers, shown(PaperRecord, held.get(record.facts.commitment)), nowMs),
  );
};

/** The ledger's record of a paper. @throws {AnlianError} `not_found` for one that the caller does not see, too */
export const findCredentialRecord = async (
  db: Db | Tx,
  scope: Scope,
  credential: string,
): Promise<CredentialRecord> => {
  const [row] = await db
    .select()
    .from(credentials)
    .where(and(eq(credentials.credential, credential), seen(scope)));
  if (!row) throw new AnlianError('not_found');
  return row.record;
};

/** @throws {AnlianError} `not_found` */
export const findCredential = async (db: Db, scope: Scope, credential: string, nowMs: number): Promise<Credential> => {
  const [view] = await viewsOf(db, scope, [await findCredentialRecord(db, scope, credential)], nowMs);
  if (!view) throw new AnlianError('not_found');
  return view;
};

/** A compulsory paper has an end, or it could never lapse. */
const requireFit = ({ type, validTo }: RegisterCredential): void => {
  const { subject, lapse } = CREDENTIAL_TYPES[type];
  if (subject !== 'company')
    throw new AnlianError('invalid_input', { field: '/type', detail: `a paper of this type is about a ${subject}` });
  if (lapse !== 'none' && validTo === undefined)
    throw new AnlianError('invalid_period', { field: '/validTo', detail: 'a paper of this type has an end' });
};

/**
 * Registers a company's paper that the caller's member checked: number and authority's name stay at home, a commitment goes to the ledger.
 * @throws {AnlianError} `not_a_governor`, `unknown_company`, `invalid_period`, `in_the_future`, `invalid_input`
 */
export const registerCredential = async (
  tx: Tx,
  deps: CredentialDeps,
  caller: Caller,
  input: RegisterCredential,
): Promise<{ credential: string; commitment: string; commandId: string }> => {
  const { company, record, ...facts } = input;
  requireGovernor(deps.config, caller);
  requireFit(input);
  requirePast(facts.attestation.checkedAt, deps.clock(), '/attestation/checkedAt');
  await requireKnownCompany(tx, company, '/company');
  const credential = formatId('crd', deps.random(16));
  const { commitment } = await holdRecord(
    tx,
    deps,
    { org: caller.org, kind: 'paper', about: credential, company },
    record,
  );
  const args = { ...facts, credential, subject: { kind: 'company' as const, company }, commitment };
  return { credential, commitment, commandId: await deps.queue.enqueue(tx, caller, 'credential:register', args) };
};

export const CREDENTIAL_ACTS = ['suspend', 'unsuspend', 'revoke'] as const;
export type CredentialActName = (typeof CREDENTIAL_ACTS)[number];

/** Refused here as the ledger would refuse it. */
const requireRelationship = async (
  tx: Tx,
  { config }: Pick<CredentialDeps, 'config'>,
  { org: member }: Caller,
  act: CredentialActName,
  { attestor, facts: { subject } }: CredentialRecord,
): Promise<void> => {
  const refusal = refusalToAct(`credential:${act}`, {
    member,
    attestor,
    isAttestorExpelled: (await findMember(tx, attestor))?.state === 'expelled',
    isConcerned: subject.kind === 'company' && subject.company === config.company,
  });
  if (refusal) throw new AnlianError(refusal.code, { detail: refusal.detail });
};

/**
 * The attestor, or its caretaker, suspends or un-suspends a paper; the attestor revokes it.
 * @returns the `commandId`
 * @throws {AnlianError} `not_found`, `not_a_governor`, `not_the_owner`, `forbidden`, `invalid_transition`
 */
export const actOnCredential = async (
  tx: Tx,
  deps: CredentialDeps,
  caller: Caller,
  scope: Scope,
  act: CredentialActName,
  { credential, reason }: { readonly credential: string; readonly reason: z.infer<typeof ChangeCredential>['reason'] },
): Promise<string> => {
  const record = await findCredentialRecord(tx, scope, credential);
  requireGovernor(deps.config, caller);
  await requireRelationship(tx, deps, caller, act, record);
  const state = credentialStatus(record, deps.clock(), await readRenewals(tx, [record]));
  requireAllowed(act, state, CREDENTIAL_TRANSITIONS[act]);
  return deps.queue.enqueue(tx, caller, `credential:${act}`, { credential, reason });
};
