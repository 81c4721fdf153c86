import type {
  CodeRecord,
  CredentialRecord,
  CreditPolicy,
  EvaluationRecord,
  ScoreChange,
  ViolationRecord,
} from '@anlian/contracts';
import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

// --- facts of the ledger: filled by the projector only. `record` is the rule's own record, so that the rule's functions compute on it.

/** Companies known to the network, each with its standing as last computed. A standing is a cache: `staleAt` says until when it holds. */
export const companies = pgTable(
  'companies',
  {
    company: text().primaryKey(),
    /** Counts the facts of this company, so that a standing computed from older facts is never stored over newer ones. */
    revision: integer().notNull(),
    /** Instant from which the standing must be computed again; empty: now. */
    staleAt: text().notNull(),
    policyHash: text(),
    score: integer(),
    band: text({ enum: ['green', 'amber', 'red'] }),
    nextChange: jsonb().$type<ScoreChange>(),
    nextLoss: jsonb().$type<ScoreChange>(),
  },
  (t) => [index('companies_stale').on(t.staleAt), index('companies_band').on(t.band, t.company)],
);

/** `holder` is the company, or `-` for a worker's or a machine's paper. */
export const credentials = pgTable(
  'credentials',
  {
    credential: text().primaryKey(),
    holder: text().notNull(),
    type: text().notNull(),
    recordedAt: text().notNull(),
    record: jsonb().$type<CredentialRecord>().notNull(),
  },
  (t) => [index('credentials_holder').on(t.holder, t.recordedAt), index('credentials_recorded').on(t.recordedAt)],
);

/** What was written to a violation, apart from what follows from time. */
export const VIOLATION_PHASES = ['noticed', 'acknowledged', 'appealed', 'void'] as const;
export type ViolationPhase = (typeof VIOLATION_PHASES)[number];

export const violations = pgTable(
  'violations',
  {
    violation: text().primaryKey(),
    company: text().notNull(),
    site: text().notNull(),
    recordedAt: text().notNull(),
    phase: text({ enum: VIOLATION_PHASES }).notNull(),
    record: jsonb().$type<ViolationRecord>().notNull(),
  },
  (t) => [index('violations_company').on(t.company, t.recordedAt), index('violations_phase').on(t.phase, t.recordedAt)],
);

export const evaluations = pgTable(
  'evaluations',
  {
    evaluation: text().primaryKey(),
    company: text().notNull(),
    /** Not part of the rule's record; null for an imported one. */
    site: text(),
    /** Likewise. */
    commitment: text(),
    recordedAt: text().notNull(),
    record: jsonb().$type<EvaluationRecord>().notNull(),
  },
  (t) => [index('evaluations_company').on(t.company, t.recordedAt)],
);

export const creditPolicies = pgTable('credit_policies', {
  policyHash: text().primaryKey(),
  policy: jsonb().$type<CreditPolicy>().notNull(),
});

export const creditPolicyAdoptions = pgTable(
  'credit_policy_adoptions',
  { effectiveAt: text().notNull(), policyHash: text().notNull(), adoptedAt: text().notNull() },
  (t) => [primaryKey({ columns: [t.effectiveAt, t.policyHash] })],
);

export const blocklistings = pgTable('blocklistings', {
  company: text().primaryKey(),
  ground: text().notNull(),
  from: text().notNull(),
  until: text().notNull(),
  liftedAt: text(),
  version: integer().notNull(),
});

export const issuedCodes = pgTable(
  'issued_codes',
  {
    code: text().primaryKey(),
    company: text().notNull(),
    policyHash: text().notNull(),
    recordedAt: text().notNull(),
    revokedAt: text(),
    record: jsonb().$type<CodeRecord>().notNull(),
  },
  (t) => [index('issued_codes_company').on(t.company, t.recordedAt)],
);

// --- what stays at home

/** What a commitment on the ledger stands for. A row can be erased; the ledger then shows nothing to anybody. */
export const heldRecords = pgTable(
  'held_records',
  {
    commitment: text().notNull(),
    /** The member it belongs to: the node's own, or a tenant. */
    org: text().notNull(),
    kind: text({ enum: ['paper', 'subject', 'violation', 'appeal', 'resolution', 'evaluation'] }).notNull(),
    /** Id of the fact. */
    about: text().notNull(),
    /** The company concerned: its own people see it too. */
    company: text(),
    record: jsonb().$type<unknown>().notNull(),
    salt: text().notNull(),
    at: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.commitment, t.org] }), index('held_records_about').on(t.about)],
);

/** Codes that this node signed. One is handed out only when the ledger has it. */
export const signedCodes = pgTable(
  'signed_codes',
  {
    code: text().primaryKey(),
    company: text().notNull(),
    org: text().notNull(),
    /** The COSE_Sign1 as base64url. */
    bytes: text().notNull(),
    issuedAt: text().notNull(),
    expiresAt: text().notNull(),
    score: integer().notNull(),
    band: text({ enum: ['green', 'amber', 'red'] }).notNull(),
    policyHash: text().notNull(),
    commandId: text().notNull(),
  },
  (t) => [index('signed_codes_company').on(t.company, t.issuedAt)],
);

/** Names of companies are this node's own words: the ledger carries the id alone. */
export const companyNames = pgTable('company_names', {
  company: text().primaryKey(),
  zh: text().notNull(),
  en: text().notNull(),
  version: integer().notNull(),
});
