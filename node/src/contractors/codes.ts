import {
  AnlianError,
  BANDS,
  type Band,
  CODE_STATES,
  type CodeRecord,
  type CommandState,
  type CreditCode,
  type CreditCodeQuery,
  type CreditPolicy,
  fromBase64Url,
  type LedgerReceipt,
} from '@anlian/contracts';
import { codeText } from '@anlian/sdk/code';
import { and, desc, eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Config } from '../config.ts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { afterMoment, toPage } from '../http/page.ts';
import type { CommandQueue } from '../ledger/queue.ts';
import { coded } from './credentialView.ts';
import { linkHost } from './issue.ts';
import { type Scope, seenCompanies } from './scope.ts';
import { creditPolicies, issuedCodes, signedCodes } from './tables.ts';

type Signed = typeof signedCodes.$inferSelect;

export interface CodeReading {
  readonly own: Pick<Config, 'publicUrl' | 'member'>;
  readonly scope: Scope;
  readonly nowMs: number;
}

const bandUnder = (score: number, policy: CreditPolicy | undefined): Band => {
  if (policy === undefined) return 'red';
  return score >= policy.bands.green ? 'green' : score >= policy.bands.amber ? 'amber' : 'red';
};

const stateOf = ({ facts, revokedAt }: CodeRecord, nowMs: number): keyof typeof CODE_STATES => {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(facts.validTo) <= nowMs ? 'expired' : 'valid';
};

interface IssuedRow {
  readonly record: CodeRecord;
  readonly signed: Signed | null;
  readonly policy: CreditPolicy | null;
}

/** A code that the ledger has: the text of one that this node signed may be handed out. */
const issuedView = ({ record, signed, policy }: IssuedRow, { own, nowMs }: CodeReading): CreditCode => {
  const { code, company, effectiveAt, validTo, score, policyHash } = record.facts;
  return {
    code,
    company,
    issuer: record.issuer,
    state: coded(CODE_STATES, stateOf(record, nowMs)),
    text: signed && codeText(linkHost(own.publicUrl), fromBase64Url(signed.bytes)),
    bytes: signed?.bytes ?? null,
    issuedAt: effectiveAt,
    expiresAt: validTo,
    revokedAt: record.revokedAt,
    score,
    band: coded(BANDS, bandUnder(score, policy ?? undefined)),
    policyHash,
  };
};

/** What a code is while its command stands so. Committed, but not projected yet, it still waits for this node's view of the ledger. */
const BEFORE_LEDGER: Readonly<Record<CommandState, keyof typeof CODE_STATES>> = {
  queued: 'queued',
  needs_signature: 'queued',
  committed: 'queued',
  refused: 'refused',
  withdrawn: 'refused',
};

/** A code that the ledger does not have (yet): nothing that a gate could read is shown. */
const waitingView = (signed: Signed, ledger: LedgerReceipt): CreditCode => ({
  code: signed.code,
  company: signed.company,
  issuer: signed.org,
  state: coded(CODE_STATES, BEFORE_LEDGER[ledger.state]),
  text: null,
  bytes: null,
  issuedAt: signed.issuedAt,
  expiresAt: signed.expiresAt,
  revokedAt: null,
  score: signed.score,
  band: coded(BANDS, signed.band),
  policyHash: signed.policyHash,
  ledger,
});

const issuedRows = (db: Db | Tx) =>
  db
    .select({ record: issuedCodes.record, signed: signedCodes, policy: creditPolicies.policy })
    .from(issuedCodes)
    .leftJoin(signedCodes, eq(signedCodes.code, issuedCodes.code))
    .leftJoin(creditPolicies, eq(creditPolicies.policyHash, issuedCodes.policyHash));

/** Codes on the ledger that the caller sees, newest first. */
export const listCodes = async (
  db: Db,
  reading: CodeReading,
  { company, cursor, limit }: z.infer<typeof CreditCodeQuery>,
): Promise<{ items: CreditCode[]; next?: string }> => {
  const rows = await issuedRows(db)
    .where(
      and(
        seenCompanies(reading.scope, issuedCodes.company),
        company === undefined ? undefined : eq(issuedCodes.company, company),
        afterMoment(cursor, issuedCodes.recordedAt, issuedCodes.code),
      ),
    )
    .orderBy(desc(issuedCodes.recordedAt), desc(issuedCodes.code))
    .limit(limit + 1);
  const items = rows.slice(0, limit).map((row) => issuedView(row, reading));
  return toPage(rows, limit, ({ record }) => [record.recordedAt, record.facts.code], items);
};

/** One code, also while it waits for the ledger. @throws {AnlianError} `not_found` */
export const findCode = async (
  db: Db,
  queue: Pick<CommandQueue, 'receipt'>,
  reading: CodeReading,
  code: string,
): Promise<CreditCode> => {
  const [issued] = await issuedRows(db).where(
    and(eq(issuedCodes.code, code), seenCompanies(reading.scope, issuedCodes.company)),
  );
  if (issued) return issuedView(issued, reading);
  const [signed] = await db
    .select()
    .from(signedCodes)
    .where(and(eq(signedCodes.code, code), seenCompanies(reading.scope, signedCodes.company)));
  if (!signed) throw new AnlianError('not_found');
  return waitingView(signed, await queue.receipt(signed.commandId));
};

/**
 * The issuer revokes a code.
 * @returns the `commandId`
 * @throws {AnlianError} `not_found`, `not_the_owner`, `invalid_transition`
 */
export const revokeCode = async (
  tx: Tx,
  { queue }: Pick<NodeDeps, 'queue'>,
  caller: Caller,
  scope: Scope,
  code: string,
): Promise<string> => {
  const [row] = await tx
    .select()
    .from(issuedCodes)
    .where(and(eq(issuedCodes.code, code), seenCompanies(scope, issuedCodes.company)));
  if (!row) throw new AnlianError('not_found');
  if (row.record.issuer !== caller.org) throw new AnlianError('not_the_owner');
  if (row.revokedAt !== null) throw new AnlianError('invalid_transition', { detail: 'the code is revoked' });
  return queue.enqueue(tx, caller, 'credit:revoke_code', { company: row.company, code });
};
