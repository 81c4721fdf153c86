import {
  AnlianError,
  type Attestation,
  type CommandArgs,
  type HandedPaper,
  PersonRecord,
  WorkerPaperRecord,
} from '@anlian/contracts';
import { and, asc, eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type * as z from 'zod';
import type { Committed } from '../contractors/commitment.ts';
import { holdDisclosed, holdRecord } from '../contractors/held.ts';
import { heldRecords } from '../contractors/tables.ts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import { workerPapers } from './tables.ts';

/** A paper and its person, committed to under two fresh salts: two papers of one person cannot be linked on the ledger. */
export interface SealedPaper {
  readonly paper: Committed<WorkerPaperRecord>;
  readonly subject: Committed<PersonRecord>;
}

interface Owner {
  readonly org: string;
  readonly employer: string;
}

const belonging = ({ org, employer }: Owner, kind: 'paper' | 'subject', credential: string) => ({
  org,
  kind,
  about: credential,
  company: employer,
});

/** Seals a paper and keeps both records for the member whose worker it is. */
export const sealPaper = async (
  tx: Tx,
  deps: Pick<NodeDeps, 'clock' | 'random'>,
  owner: Owner,
  paper: WorkerPaperRecord,
  person: PersonRecord,
): Promise<SealedPaper> => ({
  paper: await holdRecord(tx, deps, belonging(owner, 'paper', paper.credential), paper),
  subject: await holdRecord(tx, deps, belonging(owner, 'subject', paper.credential), person),
});

/** Keeps them for another member too: the attestor must be able to show what it attested. */
export const keepCopy = async (
  tx: Tx,
  { clock }: Pick<NodeDeps, 'clock'>,
  owner: Owner,
  { paper, subject }: SealedPaper,
): Promise<void> => {
  await holdDisclosed(tx, clock, belonging(owner, 'paper', paper.record.credential), paper);
  await holdDisclosed(tx, clock, belonging(owner, 'subject', paper.record.credential), subject);
};

/** What goes to the ledger of a worker's paper: dates and table codes, and commitments for the rest. */
export const registration = (
  { paper, subject }: SealedPaper,
  attestation: z.infer<typeof Attestation>,
  supersedes: string | null,
): CommandArgs<'credential:register'> => {
  const { credential, type, authority, validFrom, validTo, reviewBy } = paper.record;
  return {
    credential,
    subject: { kind: 'worker', commitment: subject.commitment },
    type,
    authority,
    commitment: paper.commitment,
    attestation,
    validFrom,
    ...(validTo === null ? {} : { validTo }),
    ...(reviewBy === null ? {} : { reviewBy }),
    ...(supersedes === null ? {} : { supersedes }),
  };
};

/** A paper as it is handed to another member. */
export const handOver = ({ paper, subject }: SealedPaper): HandedPaper => ({
  credential: paper.record.credential,
  paper: { record: paper.record, salt: paper.salt },
  subject: { record: subject.record, salt: subject.salt },
});

export interface WorkersPaper extends SealedPaper {
  readonly attestor: string;
  readonly state: 'requested' | 'registered' | 'rejected';
  readonly supersedes: string | null;
}

const paper = alias(heldRecords, 'paper');
const subject = alias(heldRecords, 'subject');

/** A worker's papers with their openings. */
export const papersOf = async (
  db: Db,
  { worker, org }: { readonly worker: string; readonly org: string },
): Promise<WorkersPaper[]> => {
  const rows = await db
    .select({ held: workerPapers, paper, subject })
    .from(workerPapers)
    .innerJoin(paper, and(eq(paper.commitment, workerPapers.commitment), eq(paper.org, org)))
    .innerJoin(subject, and(eq(subject.commitment, workerPapers.subjectCommitment), eq(subject.org, org)))
    .where(eq(workerPapers.worker, worker))
    .orderBy(asc(workerPapers.credential));
  return rows.map((row) => ({
    paper: { ...row.paper, record: WorkerPaperRecord.parse(row.paper.record) },
    subject: { ...row.subject, record: PersonRecord.parse(row.subject.record) },
    attestor: row.held.attestor,
    state: row.held.state,
    supersedes: row.held.supersedes,
  }));
};

/** A renewal is of a paper of the same worker. @throws {AnlianError} `unknown_credential` */
export const requireOwnPaper = async (db: Db, worker: string, credential: string | undefined): Promise<void> => {
  if (credential === undefined) return;
  const [row] = await db
    .select({ credential: workerPapers.credential })
    .from(workerPapers)
    .where(and(eq(workerPapers.credential, credential), eq(workerPapers.worker, worker)));
  if (!row) throw new AnlianError('unknown_credential', { field: '/supersedes' });
};
