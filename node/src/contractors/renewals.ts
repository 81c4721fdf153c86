import type { Papers } from '@anlian/chaincode/rules';
import type { CredentialRecord } from '@anlian/contracts';
import { inArray } from 'drizzle-orm';
import type { Db, Tx } from '../db/database.ts';
import { credentials } from './tables.ts';

/** The renewals of some papers, then theirs, whoever attested them: as far as this node saw them. */
export const readRenewals = async (db: Db | Tx, records: readonly CredentialRecord[]): Promise<Papers> => {
  const papers = new Map<string, CredentialRecord>();
  const unread = (some: readonly CredentialRecord[]): string[] =>
    some.flatMap(({ successors }) => successors.map(({ credential }) => credential)).filter((id) => !papers.has(id));
  for (let ids = unread(records); ids.length > 0; ) {
    const rows = await db.select().from(credentials).where(inArray(credentials.credential, ids));
    for (const { credential, record } of rows) papers.set(credential, record);
    ids = unread(rows.map(({ record }) => record));
  }
  return papers;
};
