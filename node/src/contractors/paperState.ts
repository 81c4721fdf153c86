import { credentialStatus } from '@anlian/chaincode/rules';
import type { CredentialRecord, CredentialState } from '@anlian/contracts';
import { inArray } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import { credentials } from './tables.ts';

/** Papers by their ids. */
export type Papers = ReadonlyMap<string, CredentialRecord>;

/** The papers that took the place of some others, whoever attested them. */
export const readSuccessors = async (db: Db | Tx, records: readonly CredentialRecord[]): Promise<Papers> => {
  const ids = records.flatMap(({ supersededBy }) => (supersededBy === null ? [] : [supersededBy.credential]));
  if (ids.length === 0) return new Map();
  const rows = await db.select().from(credentials).where(inArray(credentials.credential, ids));
  return new Map(rows.map(({ credential, record }) => [credential, record]));
};

/** What a paper is at an instant, as the ledger's rules see it. */
export const paperState = (record: CredentialRecord, successors: Papers, nowMs: number): CredentialState =>
  credentialStatus(record, nowMs, record.supersededBy ? successors.get(record.supersededBy.credential) : undefined);
