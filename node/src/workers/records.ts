import type { IdDocument, PersonRecord, RegisterWorkerCredential, WorkerPaperRecord } from '@anlian/contracts';
import type { workers } from './tables.ts';

type WorkerRow = typeof workers.$inferSelect;

export const idDocumentOf = ({
  idType: type,
  idNumber: number,
}: Pick<WorkerRow, 'idType' | 'idNumber'>): IdDocument => ({
  type,
  number,
});

/** The person as subject commitments hold it. */
export const personRecord = (worker: WorkerRow): PersonRecord => ({
  v: 1,
  name: worker.name,
  idDocument: idDocumentOf(worker),
  birthDate: worker.birthDate,
});

/** The paper as its commitment holds it. */
export const paperRecord = (credential: string, paper: RegisterWorkerCredential): WorkerPaperRecord => ({
  v: 1,
  credential,
  type: paper.type,
  authority: paper.authority,
  number: paper.number,
  validFrom: paper.validFrom,
  validTo: paper.validTo ?? null,
  reviewBy: paper.reviewBy ?? null,
});
