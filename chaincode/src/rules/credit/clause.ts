import { AnlianError, type Clause, type CreditPolicy } from '@anlian/contracts';
import type { NamedPolicy } from './policyInForce.ts';

/** A clause of a policy by its code. Codes come from outside, and `constructor` is one that every object answers to. */
export const clauseOf = ({ clauses }: CreditPolicy, code: string): Clause | undefined =>
  Object.hasOwn(clauses, code) ? clauses[code] : undefined;

/** Throws `unknown_clause`. */
export const requireClause = ({ policy }: NamedPolicy, code: string, field: string): void => {
  if (clauseOf(policy, code) === undefined) throw new AnlianError('unknown_clause', { field });
};
