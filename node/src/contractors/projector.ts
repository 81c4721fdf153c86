import { eq } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Projector } from '../ledger/project.ts';
import { credentialEvents } from './projectCredentials.ts';
import { violationEvents } from './projectViolations.ts';
import { touchEveryCompany } from './standings.ts';
import { blocklistings, companies, creditPolicies, creditPolicyAdoptions, issuedCodes } from './tables.ts';

const addCompany = async (tx: Tx, company: string): Promise<void> => {
  await tx.insert(companies).values({ company, revision: 0, staleAt: '' }).onConflictDoNothing();
};

/** Companies, papers, violations, evaluations, policies, blocklistings and codes as the ledger tells them. */
export const contractorProjector: Projector = {
  'channel.founded': async (tx, { policy }) => {
    for (const { company } of policy.governors) await addCompany(tx, company);
  },
  'member.admitted': (tx, { member }) => addCompany(tx, member.company),
  ...credentialEvents,
  ...violationEvents,
  'credit.policy_adopted': async (tx, { policy, policyHash, effectiveAt }, { txTime }) => {
    await tx.insert(creditPolicies).values({ policyHash, policy }).onConflictDoNothing();
    const adoption = { effectiveAt, policyHash, adoptedAt: txTime };
    await tx
      .insert(creditPolicyAdoptions)
      .values(adoption)
      .onConflictDoUpdate({
        target: [creditPolicyAdoptions.effectiveAt, creditPolicyAdoptions.policyHash],
        set: adoption,
      });
    await touchEveryCompany(tx);
  },
  'credit.blocklisted': async (tx, { company, ground, until }, { txTime }) => {
    const [earlier] = await tx.select().from(blocklistings).where(eq(blocklistings.company, company));
    const record = { ground, from: txTime, until, liftedAt: null, version: (earlier?.version ?? 0) + 1 };
    await tx
      .insert(blocklistings)
      .values({ company, ...record })
      .onConflictDoUpdate({ target: blocklistings.company, set: record });
  },
  'credit.blocklisting_lifted': async (tx, { company }, { txTime }) => {
    const [row] = await tx.select().from(blocklistings).where(eq(blocklistings.company, company));
    if (!row) return;
    await tx
      .update(blocklistings)
      .set({ liftedAt: txTime, version: row.version + 1 })
      .where(eq(blocklistings.company, company));
  },
  'credit.issued': async (tx, { issuer, ...facts }, { txTime }) => {
    const { code, company, policyHash } = facts;
    const record = { version: 1, facts, issuer, recordedAt: txTime, revokedAt: null };
    await tx.insert(issuedCodes).values({ code, company, policyHash, recordedAt: txTime, revokedAt: null, record });
  },
  'credit.code_revoked': async (tx, { code }, { txTime }) => {
    const [row] = await tx.select().from(issuedCodes).where(eq(issuedCodes.code, code));
    if (!row) return;
    const record = { ...row.record, version: row.record.version + 1, revokedAt: txTime };
    await tx.update(issuedCodes).set({ revokedAt: txTime, record }).where(eq(issuedCodes.code, code));
  },
};
