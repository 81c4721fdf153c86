import {
  AnlianError,
  type AnswerAttestation,
  type AttestationRequest,
  AttestationStanding,
  CredentialId,
  canonicalText,
  fromBase64Url,
  type InboundAttestation,
  toInstant,
} from '@anlian/contracts';
import { and, asc, eq, isNotNull, lte } from 'drizzle-orm';
import type * as z from 'zod';
import { type Committed, commitTo } from '../contractors/commitment.ts';
import type { Db, Tx } from '../db/database.ts';
import type { NodeDeps } from '../deps.ts';
import type { Caller } from '../http/caller.ts';
import { afterId, type PageRequest, toPage } from '../http/page.ts';
import { speakerFor } from '../network/store.ts';
import { backoffMs } from './backoff.ts';
import type { DeliverDeps } from './deliver.ts';
import { handOver, keepCopy, papersOf, registration, type SealedPaper } from './papers.ts';
import { attestationRequests, workerPapers, workers } from './tables.ts';

// --- the employer's side

/** Asks the attestor of a paper to check it; repeated until it has the request. */
export const requestAttestation = async (deps: DeliverDeps, credential: string): Promise<void> => {
  const { config, db, clock, callPeer, log } = deps;
  const [row] = await db
    .select()
    .from(workerPapers)
    .innerJoin(workers, eq(workers.worker, workerPapers.worker))
    .where(eq(workerPapers.credential, credential));
  if (!row) return;
  const { worker_papers: paper, workers: worker } = row;
  const sealed = (await papersOf(db, worker)).find(({ paper: { record } }) => record.credential === credential);
  if (!sealed) throw new AnlianError('not_found', { field: '/credential' });
  const body: InboundAttestation = {
    ...handOver(sealed),
    employer: worker.employer,
    ...(paper.supersedes === null ? {} : { supersedes: paper.supersedes }),
  };
  const settle = (set: Partial<typeof workerPapers.$inferInsert>) =>
    db
      .update(workerPapers)
      .set(set)
      .where(and(eq(workerPapers.credential, credential), eq(workerPapers.state, 'requested')));
  try {
    const { state } =
      paper.attestor === config.member
        ? await receiveAttestation(deps, config.member, body)
        : await callPeer(paper.attestor, {
            method: 'POST',
            path: '/attestations/inbound',
            body,
            answer: AttestationStanding,
          });
    // Until it is answered the attestor is asked now and then.
    await settle({ state, sendAt: state === 'requested' ? toInstant(clock() + ASK_AGAIN_MS) : null });
  } catch (error) {
    const code = error instanceof AnlianError ? error.code : 'internal_error';
    log.warn({ credential, attestor: paper.attestor, code }, 'a paper could not be sent to its attestor');
    await settle({ attempts: paper.attempts + 1, sendAt: toInstant(clock() + backoffMs(paper.attempts)) });
  }
};

const ASK_AGAIN_MS = 60_000;

/** Papers whose attestor is to be asked, the longest waiting first. */
export const dueAttestations = async (
  { db, clock }: Pick<DeliverDeps, 'db' | 'clock'>,
  limit: number,
): Promise<string[]> => {
  const rows = await db
    .select({ credential: workerPapers.credential })
    .from(workerPapers)
    .where(lte(workerPapers.sendAt, toInstant(clock())))
    .orderBy(asc(workerPapers.sendAt))
    .limit(limit);
  return rows.map(({ credential }) => credential);
};

// --- the attestor's side

/**
 * Takes a paper to be checked. Repeatable: it answers how far the check is.
 * @throws {AnlianError} `not_the_subject` for another member's company, `already_exists` for an id that somebody else used
 */
export const receiveAttestation = (
  { db, clock }: Pick<NodeDeps, 'db' | 'clock'>,
  from: string,
  input: InboundAttestation,
): Promise<z.infer<typeof AttestationStanding>> =>
  db.transaction(async (tx) => {
    const { employer, supersedes, ...sealed } = input;
    const { credential } = sealed;
    if (!(await speakerFor(tx, from, employer))) throw new AnlianError('not_the_subject', { field: '/employer' });
    if (sealed.paper.record.credential !== credential)
      throw new AnlianError('record_mismatch', { field: '/paper/record/credential' });
    const [known] = await tx
      .select()
      .from(attestationRequests)
      .where(eq(attestationRequests.credential, credential))
      .for('update');
    if (
      known &&
      (known.fromMember !== from || (known.sealed !== null && canonicalText(known.sealed) !== canonicalText(sealed)))
    )
      throw new AnlianError('already_exists', { field: '/credential' });
    if (known) return { credential, state: known.state };
    await tx.insert(attestationRequests).values({
      credential,
      fromMember: from,
      employer,
      sealed,
      supersedes: supersedes ?? null,
      state: 'requested',
      receivedAt: toInstant(clock()),
    });
    return { credential, state: 'requested' };
  });

/** Papers that wait for this member's assessor. */
export const listAttestations = async (
  db: Db,
  { cursor, limit }: PageRequest,
): Promise<{ items: AttestationRequest[]; next?: string }> => {
  const rows = await db
    .select()
    .from(attestationRequests)
    .where(and(isNotNull(attestationRequests.sealed), afterId(cursor, attestationRequests.credential, CredentialId)))
    .orderBy(asc(attestationRequests.credential))
    .limit(limit + 1);
  const items = rows.slice(0, limit).flatMap(({ credential, employer, fromMember, sealed, state, receivedAt }) =>
    sealed
      ? [
          {
            credential,
            employer,
            from: fromMember,
            person: sealed.subject.record,
            paper: sealed.paper.record,
            state,
            receivedAt,
          },
        ]
      : [],
  );
  return toPage(rows, limit, ({ credential }) => credential, items);
};

/** The commitment under the salt that the employer chose: whoever holds it can open what will be on the ledger. */
const recommit = <T>({ record, salt }: { readonly record: T; readonly salt: string }): Committed<T> =>
  commitTo(record, () => fromBase64Url(salt));

/**
 * An assessor confirms a paper (it goes to the ledger under the employer's own commitments) or sends it back.
 * @throws {AnlianError} `not_found`, `invalid_transition` when it was answered
 */
export const answerAttestation = async (
  tx: Tx,
  deps: Pick<NodeDeps, 'clock' | 'queue' | 'recordEvidence'>,
  caller: Caller,
  credential: string,
  input: z.infer<typeof AnswerAttestation>,
): Promise<{ body: { credential: string }; commandId?: string }> => {
  const [row] = await tx
    .select()
    .from(attestationRequests)
    .where(eq(attestationRequests.credential, credential))
    .for('update');
  if (!row) throw new AnlianError('not_found');
  if (row.state !== 'requested' || row.sealed === null)
    throw new AnlianError('invalid_transition', { detail: row.state });
  if (input.answer === 'reject') {
    await tx
      .update(attestationRequests)
      .set({ state: 'rejected', sealed: null })
      .where(eq(attestationRequests.credential, credential));
    const record = {
      v: 1,
      kind: 'attestation-rejected',
      credential,
      from: row.fromMember,
      at: toInstant(deps.clock()),
    };
    await deps.recordEvidence(tx, { kind: 'record-changed', record: canonicalText(record) });
    return { body: { credential } };
  }
  const { paper, subject } = row.sealed;
  const sealed: SealedPaper = {
    paper: recommit(paper),
    subject: recommit(subject),
  };
  await keepCopy(tx, deps, { org: caller.org, employer: row.employer }, sealed);
  const args = registration(sealed, input.attestation, row.supersedes);
  return { body: { credential }, commandId: await deps.queue.enqueue(tx, caller, 'credential:register', args) };
};
