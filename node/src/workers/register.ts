import {
  AnlianError,
  addMonths,
  CREDENTIAL_TYPES,
  formatId,
  type RegisterWorkerCredential,
  toInstant,
} from '@anlian/contracts';
import { requireGovernor, requirePast, rolesFor } from '../contractors/acting.ts';
import type { Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { findMember } from '../network/store.ts';
import { keepCopy, registration, requireOwnPaper, sealPaper } from './papers.ts';
import { paperRecord, personRecord } from './records.ts';
import type { WorkerRow } from './store.ts';
import { workerPapers } from './tables.ts';

type RegisterDeps = Pick<NodeDeps, 'config' | 'clock' | 'random' | 'queue'>;

/** The paper's own dates decide; a review that its type asks for may not be left out by oversight. */
const requireDates = ({ type, validFrom, validTo, reviewBy }: RegisterWorkerCredential): void => {
  if (validTo !== undefined && validTo < validFrom)
    throw new AnlianError('invalid_period', { field: '/validTo', detail: 'it ends before it begins' });
  const kind: { reviewMonths?: number } = CREDENTIAL_TYPES[type];
  if (kind.reviewMonths !== undefined && reviewBy === undefined)
    throw new AnlianError('invalid_period', {
      field: '/reviewBy',
      detail: `a paper of this type has a review, usually ${addMonths(validFrom, kind.reviewMonths)}`,
    });
};

/** Said here already, so that nothing is queued that the ledger must refuse. */
const requireAttestor = ({ config, clock }: RegisterDeps, caller: Caller, checkedAt: string): void => {
  requireGovernor(config, caller);
  const roles = rolesFor('credential:register');
  if (!caller.roles.some((role) => roles.includes(role))) throw new AnlianError('forbidden', { field: '/attestation' });
  requirePast(checkedAt, clock(), '/attestation/checkedAt');
};

/** Which member checks the paper: the caller's own when it states how it did, else the one that is asked. */
const attestorOf = async (tx: Tx, caller: Caller, input: RegisterWorkerCredential): Promise<string> => {
  if (input.attestation) return caller.org;
  const attestor = await findMember(tx, input.attestor ?? caller.org);
  if (attestor?.kind !== 'governor' || attestor.state !== 'active')
    throw new AnlianError('not_a_governor', { field: '/attestor', detail: 'a governor checks papers; name one' });
  return attestor.member;
};

/**
 * A worker's paper. With an attestation it goes to the ledger at once; without one the attestor is asked, on its own node or on this one.
 * @throws {AnlianError} `invalid_period`, `unknown_credential`, `not_a_governor`
 */
export const registerPaper = async (
  tx: Tx,
  deps: RegisterDeps,
  caller: Caller,
  worker: WorkerRow,
  input: RegisterWorkerCredential,
): Promise<{ credential: string; commandId?: string }> => {
  requireDates(input);
  if (input.attestation) requireAttestor(deps, caller, input.attestation.checkedAt);
  await requireOwnPaper(tx, worker.worker, input.supersedes);
  const attestor = await attestorOf(tx, caller, input);
  const credential = formatId('crd', deps.random(16));
  const sealed = await sealPaper(tx, deps, worker, paperRecord(credential, input), personRecord(worker));
  const supersedes = input.supersedes ?? null;
  if (input.attestation && caller.org !== worker.org)
    await keepCopy(tx, deps, { org: caller.org, employer: worker.employer }, sealed);
  const now = toInstant(deps.clock());
  await tx.insert(workerPapers).values({
    credential,
    worker: worker.worker,
    commitment: sealed.paper.commitment,
    subjectCommitment: sealed.subject.commitment,
    supersedes,
    attestor,
    state: 'requested',
    sendAt: input.attestation ? null : now,
    attempts: 0,
    createdAt: now,
  });
  if (!input.attestation) return { credential };
  const args = registration(sealed, input.attestation, supersedes);
  return { credential, commandId: await deps.queue.enqueue(tx, caller, 'credential:register', args) };
};
