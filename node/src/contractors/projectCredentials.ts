import { ALONE, type CredentialRecord } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Projector } from '../ledger/project.ts';
import { touchCompany } from './standings.ts';
import { credentials } from './tables.ts';

const holderOf = ({ facts: { subject } }: CredentialRecord): string =>
  subject.kind === 'company' ? subject.company : ALONE;

/** One write of a known record, its version counted. A participant follows only its own facts: what it never saw stays unknown. */
const rewrite = async (
  tx: Tx,
  credential: string,
  change: (record: CredentialRecord) => Partial<CredentialRecord>,
): Promise<void> => {
  const [row] = await tx.select().from(credentials).where(eq(credentials.credential, credential));
  if (!row) return;
  const record = { ...row.record, ...change(row.record), version: row.record.version + 1 };
  await tx.update(credentials).set({ record }).where(eq(credentials.credential, credential));
  await touchCompany(tx, row.holder);
};

/** Papers as the ledger tells them. Each event is one write of its record, as in the rule. */
export const credentialEvents: Projector = {
  'credential.registered': async (tx, { attestor, ...facts }, { txTime }) => {
    const { credential, supersedes, validFrom, type } = facts;
    const record: CredentialRecord = {
      version: 1,
      facts,
      attestor,
      recordedAt: txTime,
      suspensions: [],
      revokedAt: null,
      revokedFor: null,
      successors: [],
    };
    const holder = holderOf(record);
    await tx.insert(credentials).values({ credential, holder, type, recordedAt: txTime, record });
    if (supersedes !== undefined)
      await rewrite(tx, supersedes, ({ successors }) => ({
        successors: [...successors, { credential, from: validFrom }],
      }));
    await touchCompany(tx, holder);
  },
  'credential.suspended': (tx, { credential, reason }, { txTime }) =>
    rewrite(tx, credential, ({ suspensions }) => ({
      suspensions: [...suspensions, { from: txTime, to: null, reason }],
    })),
  'credential.unsuspended': (tx, { credential }, { txTime }) =>
    rewrite(tx, credential, ({ suspensions }) => ({
      suspensions: suspensions.map((one) => (one.to === null ? { ...one, to: txTime } : one)),
    })),
  'credential.revoked': (tx, { credential, reason }, { txTime }) =>
    rewrite(tx, credential, () => ({ revokedAt: txTime, revokedFor: reason })),
};
