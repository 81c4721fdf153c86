import { type AdoptedPolicyList, AnlianError, type CurrentPolicy, toInstant } from '@anlian/contracts';
import { asc, eq } from 'drizzle-orm';
import type * as z from 'zod';
import type { Db } from '../db/database.ts';
import { clauseText } from './explain.ts';
import { type PolicyTerm, termAt } from './outlook.ts';
import { readTerms } from './standings.ts';
import { creditPolicies, creditPolicyAdoptions } from './tables.ts';

const adoptionRows = (db: Db) =>
  db
    .select()
    .from(creditPolicyAdoptions)
    .innerJoin(creditPolicies, eq(creditPolicies.policyHash, creditPolicyAdoptions.policyHash))
    .orderBy(asc(creditPolicyAdoptions.effectiveAt), asc(creditPolicyAdoptions.adoptedAt));
type Row = Awaited<ReturnType<typeof adoptionRows>>[number];

const isTerm =
  (term: PolicyTerm | undefined) =>
  ({ credit_policy_adoptions: { effectiveAt, policyHash } }: Row): boolean =>
    term?.policyHash === policyHash && toInstant(term.fromMs) === effectiveAt;

const adoptedView = (row: Row, inForce: boolean) => ({
  policyHash: row.credit_policies.policyHash,
  id: row.credit_policies.policy.id,
  effectiveAt: row.credit_policy_adoptions.effectiveAt,
  adoptedAt: row.credit_policy_adoptions.adoptedAt,
  inForce,
});

/** Every adoption of a policy, earliest first. */
export const listPolicies = async (db: Db, nowMs: number): Promise<z.infer<typeof AdoptedPolicyList>> => {
  const present = isTerm(termAt(await readTerms(db), nowMs));
  return { items: (await adoptionRows(db)).map((row) => adoptedView(row, present(row))) };
};

/** The policy in force, with the words of its clauses. @throws {AnlianError} `not_found` before the first */
export const currentPolicy = async (db: Db, nowMs: number): Promise<z.infer<typeof CurrentPolicy>> => {
  const row = (await adoptionRows(db)).find(isTerm(termAt(await readTerms(db), nowMs)));
  if (!row) throw new AnlianError('not_found');
  const { policy } = row.credit_policies;
  const clauses = Object.entries(policy.clauses).map(([code, clause]) => ({ code, text: clauseText(code), ...clause }));
  return { ...adoptedView(row, true), policy, clauses };
};
