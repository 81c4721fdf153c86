import { AnlianError, canonicalText, type Disclosure, PaperRecord, Report } from '@anlian/contracts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { findCredentialRecord } from './credentials.ts';
import { type Belonging, holdDisclosed, readHeld, shown } from './held.ts';
import type { Scope } from './scope.ts';
import { findViolationRecord } from './violations.ts';

type Fact = Omit<Belonging, 'org'> & { readonly commitment: string };

const factOf = async (db: Db | Tx, scope: Scope, about: string): Promise<Fact> => {
  if (about.startsWith('vio_')) {
    const { company, commitment } = await findViolationRecord(db, scope, about);
    return { kind: 'violation', about, company, commitment };
  }
  const { facts } = await findCredentialRecord(db, scope, about);
  // A worker's paper travels with an enrolment only, since it is a person's.
  if (facts.subject.kind !== 'company') throw new AnlianError('not_found');
  return { kind: 'paper', about, company: facts.subject.company, commitment: facts.commitment };
};

/** A held record with its salt, for another member to check against the ledger. @throws {AnlianError} `not_found` when it is not held here */
export const disclose = async (db: Db, scope: Scope, about: string): Promise<Disclosure> => {
  const { commitment } = await factOf(db, scope, about);
  const held = (await readHeld(db, scope, [commitment])).get(commitment);
  const record = shown(about.startsWith('vio_') ? Report : PaperRecord, held);
  if (held === undefined || record === null) throw new AnlianError('not_found');
  return { about, record, salt: held.salt };
};

/**
 * Keeps what another member disclosed: a company is assessed once, and its paper's number and cover are known here without a second upload.
 * @returns the commitment on the ledger that it opens
 * @throws {AnlianError} `not_found`, `invalid_input` when it opens another commitment
 */
export const takeDisclosure = async (
  tx: Tx,
  { clock, recordEvidence }: Pick<NodeDeps, 'clock' | 'recordEvidence'>,
  { org }: Caller,
  scope: Scope,
  { about, record, salt }: Disclosure,
): Promise<string> => {
  const { commitment, ...fact } = await factOf(tx, scope, about);
  await holdDisclosed(tx, clock, { ...fact, org }, { commitment, record, salt });
  await recordEvidence(tx, {
    kind: 'record-changed',
    record: canonicalText({ v: 1, change: 'disclosure', about, commitment, org }),
  });
  return commitment;
};
