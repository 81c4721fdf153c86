import type { EnrolWorker, FieldFault, HandedPaper } from '@anlian/contracts';
import { bigserial, doublePrecision, index, integer, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

/** Workers of this node's member and of its tenants: raw personal data, which stay here. */
export const workers = pgTable(
  'workers',
  {
    worker: text().primaryKey(),
    /** The member whose data this is. */
    org: text().notNull(),
    employer: text().notNull(),
    name: text().notNull(),
    idType: text({
      enum: ['national_id', 'passport', 'hk_macao_permit', 'taiwan_permit', 'foreign_residence'],
    }).notNull(),
    idNumber: text().notNull(),
    birthDate: text().notNull(),
    phone: text(),
    trade: text().notNull(),
    portrait: text(),
    state: text({ enum: ['employed', 'left'] }).notNull(),
    version: integer().notNull(),
    createdAt: text().notNull(),
  },
  (t) => [
    uniqueIndex('workers_document').on(t.employer, t.idType, t.idNumber),
    index('workers_org').on(t.org, t.worker),
  ],
);

/** Which paper is whose: on the ledger nobody can tell. Records and salts are the contractors' held records, under these commitments. */
export const workerPapers = pgTable(
  'worker_papers',
  {
    credential: text().primaryKey(),
    worker: text().notNull(),
    commitment: text().notNull(),
    subjectCommitment: text().notNull(),
    supersedes: text(),
    attestor: text().notNull(),
    state: text({ enum: ['requested', 'registered', 'rejected'] }).notNull(),
    /** While the attestor has not got the request: when it is sent again. */
    sendAt: text(),
    attempts: integer().notNull(),
    createdAt: text().notNull(),
  },
  (t) => [index('worker_papers_worker').on(t.worker), index('worker_papers_send').on(t.sendAt)],
);

export const workerTrainings = pgTable(
  'worker_trainings',
  {
    training: bigserial({ mode: 'number' }).primaryKey(),
    worker: text().notNull(),
    course: text().notNull(),
    completedOn: text().notNull(),
    hours: doublePrecision().notNull(),
    score: integer().notNull(),
    validTo: text().notNull(),
    evidence: text().notNull(),
    recordedAt: text().notNull(),
  },
  (t) => [index('worker_trainings_worker').on(t.worker)],
);

/** Papers that employers ask this node's assessors to check. Personal data leave the row with the answer. */
export const attestationRequests = pgTable('attestation_requests', {
  credential: text().primaryKey(),
  fromMember: text().notNull(),
  employer: text().notNull(),
  /** Null once it is answered. */
  sealed: jsonb().$type<HandedPaper>(),
  supersedes: text(),
  state: text({ enum: ['requested', 'registered', 'rejected'] }).notNull(),
  receivedAt: text().notNull(),
});

/** Enrolments as their employer sent them, and the outbox of their delivery: what is to be sent is assembled anew each time. */
export const sentEnrolments = pgTable(
  'sent_enrolments',
  {
    enrolment: text().primaryKey(),
    org: text().notNull(),
    worker: text().notNull(),
    site: text().notNull(),
    owner: text().notNull(),
    workClasses: jsonb().$type<EnrolWorker['workClasses']>().notNull(),
    validFrom: text().notNull(),
    validTo: text().notNull(),
    consent: jsonb().$type<EnrolWorker['consent']>().notNull(),
    state: text({ enum: ['sent', 'accepted', 'rejected', 'ended'] }).notNull(),
    /** When it is delivered (or asked about) next; null when nothing is due. */
    nextAt: text(),
    attempts: integer().notNull(),
    lastFault: text(),
    faults: jsonb().$type<FieldFault[]>().notNull(),
    pass: text(),
    /** The pass itself, as the site owner told it once the worker had claimed it. */
    code: text(),
    inviteUrl: text(),
    inviteExpiresAt: text(),
    createdAt: text().notNull(),
  },
  (t) => [
    index('sent_enrolments_worker').on(t.worker),
    index('sent_enrolments_next').on(t.nextAt),
    index('sent_enrolments_org').on(t.org, t.enrolment),
  ],
);
