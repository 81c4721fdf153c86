import type {
  GateAlertKind,
  InboundEnrolment,
  PersonCard,
  PublicJwk,
  SitePolicy,
  SiteSuspensionReason,
} from '@anlian/contracts';
import { bigserial, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core';

/** Enrolments at this member's sites, verified. Names and portraits are here for the guard's eye only. */
export const receivedEnrolments = pgTable(
  'received_enrolments',
  {
    enrolment: text().primaryKey(),
    /** The member whose node handed it over. */
    fromMember: text().notNull(),
    /** The employer's own id of the worker. */
    worker: text().notNull(),
    employer: text().notNull(),
    site: text().notNull(),
    pass: text().notNull(),
    person: jsonb().$type<PersonCard>().notNull(),
    birthDate: text().notNull(),
    workClasses: jsonb().$type<InboundEnrolment['workClasses']>().notNull(),
    authorisedFrom: text().notNull(),
    authorisedTo: text().notNull(),
    consent: jsonb().$type<InboundEnrolment['consent']>().notNull(),
    /** Ids of the papers whose records were checked. */
    papers: jsonb().$type<string[]>().notNull(),
    trainings: jsonb().$type<InboundEnrolment['trainings']>().notNull(),
    state: text({ enum: ['active', 'ended'] }).notNull(),
    receivedAt: text().notNull(),
  },
  (t) => [index('received_enrolments_site').on(t.site, t.pass), index('received_enrolments_pass').on(t.pass)],
);

/** Passes that this governor issues, and those of other governors that its enrolments recognise (`issuer` tells). */
export const passes = pgTable(
  'passes',
  {
    pass: text().primaryKey(),
    issuer: text().notNull(),
    fromMember: text().notNull(),
    worker: text().notNull(),
    employer: text().notNull(),
    state: text({ enum: ['invited', 'active', 'key_replaced', 'offboarded'] }).notNull(),
    /** RFC 7638 thumbprint of the key in the phone; null until it is claimed, and while a lost phone is replaced. */
    holderKey: text(),
    /** The pass as base64url; our own only. */
    code: text(),
    issuedAt: text(),
    expiresAt: text(),
  },
  (t) => [index('passes_worker').on(t.fromMember, t.worker), index('passes_issuer').on(t.issuer, t.pass)],
);

/** Single-use invitations; only the token's hash is kept. */
export const passInvites = pgTable(
  'pass_invites',
  {
    tokenHash: text().primaryKey(),
    pass: text().notNull(),
    expiresAt: text().notNull(),
    usedAt: text(),
    /** Thumbprint of the key that used it: the same phone may ask again when an answer was lost. */
    usedBy: text(),
  },
  (t) => [index('pass_invites_pass').on(t.pass)],
);

export const siteSuspensions = pgTable(
  'site_suspensions',
  {
    suspension: text().primaryKey(),
    site: text().notNull(),
    company: text(),
    pass: text(),
    reason: text().$type<SiteSuspensionReason>().notNull(),
    validFrom: text().notNull(),
    endedAt: text(),
  },
  (t) => [index('site_suspensions_site').on(t.site, t.endedAt)],
);

/** Every version of a site's requirement set. */
export const sitePolicies = pgTable(
  'site_policies',
  { site: text().notNull(), version: integer().notNull(), policy: jsonb().$type<SitePolicy>().notNull() },
  (t) => [primaryKey({ columns: [t.site, t.version] })],
);

/** Points of persons from this member's own records. */
export const personPoints = pgTable(
  'person_points',
  {
    entry: bigserial({ mode: 'number' }).primaryKey(),
    pass: text().notNull(),
    clause: text().notNull(),
    occurredAt: text().notNull(),
    recordedAt: text().notNull(),
  },
  (t) => [index('person_points_pass').on(t.pass)],
);

export const gates = pgTable(
  'gates',
  {
    gate: text().primaryKey(),
    site: text().notNull(),
    labelZh: text().notNull(),
    labelEn: text().notNull(),
    kid: text().notNull(),
    jwk: jsonb().$type<PublicJwk>().notNull(),
    state: text({ enum: ['active', 'forked', 'retired'] }).notNull(),
    registeredAt: text().notNull(),
    lastSyncAt: text(),
    lastUploadAt: text(),
    lastDecisionAt: text(),
    /** End of the chain of decisions received. */
    lastSeq: integer().notNull(),
    lastDigest: text(),
  },
  (t) => [index('gates_site').on(t.site)],
);

/** The last pack of each site: the next one names it. */
export const packs = pgTable('packs', {
  site: text().primaryKey(),
  /** SHA-256 of the compact JWS. */
  digest: text().notNull(),
  rows: text().notNull(),
  madeAt: text().notNull(),
  height: integer().notNull(),
});

/** Decisions as gates signed them. `passage` is set where the person went through. */
export const gateDecisions = pgTable(
  'gate_decisions',
  {
    gate: text().notNull(),
    seq: integer().notNull(),
    decision: text().notNull(),
    site: text().notNull(),
    at: text().notNull(),
    kind: text({ enum: ['presentation', 'release', 'emergency'] }).notNull(),
    outcome: text({ enum: ['allow', 'hold', 'deny', 'released', 'refused', 'emergency'] }).notNull(),
    direction: text({ enum: ['in', 'out'] }).notNull(),
    passage: text({ enum: ['in', 'out'] }),
    persons: integer().notNull(),
    workClass: text(),
    pass: text(),
    company: text(),
    reasons: jsonb().$type<string[]>().notNull(),
    /** Pass and moment of signing: the same at two gates is a picture of one screen. */
    presentation: text(),
    jws: text().notNull(),
    digest: text().notNull(),
    evidence: text().notNull(),
    receivedAt: text().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.gate, t.seq] }),
    uniqueIndex('gate_decisions_decision').on(t.decision),
    index('gate_decisions_site').on(t.site, t.at, t.gate, t.seq),
    index('gate_decisions_pass').on(t.site, t.pass, t.at),
    index('gate_decisions_presentation').on(t.presentation),
  ],
);

/** A second decision under a number that was taken: kept, since it is signed evidence against the gate. */
export const forkedDecisions = pgTable(
  'forked_decisions',
  {
    gate: text().notNull(),
    seq: integer().notNull(),
    digest: text().notNull(),
    jws: text().notNull(),
    evidence: text().notNull(),
    receivedAt: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.gate, t.seq, t.digest] })],
);

export const gateAlerts = pgTable(
  'gate_alerts',
  {
    alert: bigserial({ mode: 'number' }).primaryKey(),
    kind: text().$type<GateAlertKind>().notNull(),
    site: text().notNull(),
    gate: text().notNull(),
    seq: integer().notNull(),
    otherGate: text(),
    otherSeq: integer(),
    pass: text(),
    at: text().notNull(),
  },
  (t) => [uniqueIndex('gate_alerts_once').on(t.kind, t.gate, t.seq), index('gate_alerts_site').on(t.site, t.alert)],
);
