import {
  AnlianError,
  ENROLMENT_TRANSITIONS,
  EnrolmentAccepted,
  EnrolmentStanding,
  type EnrolmentState,
  type FieldFault,
  formatId,
  InviteMade,
  toInstant,
} from '@anlian/contracts';
import { and, asc, eq, isNull, lte, ne } from 'drizzle-orm';
import type { NodeDeps } from '../deps.ts';
import { reissueInvite } from '../gates/passes.ts';
import { openHanded } from '../gates/passFor.ts';
import { endEnrolment, enrolmentStanding, receiveEnrolment } from '../gates/receive.ts';
import { backoffMs } from './backoff.ts';
import { assemble, type SentRow } from './enrol.ts';
import { trustedInvite } from './invitation.ts';
import type { CallPeer } from './peers.ts';
import { sentEnrolments } from './tables.ts';

export type DeliverDeps = Pick<NodeDeps, 'config' | 'db' | 'clock' | 'random' | 'recordEvidence' | 'log'> & {
  readonly callPeer: CallPeer;
};

/** How long whoever delivers an enrolment has it for itself; longer than any answer takes. */
const LEASE_MS = 60_000;
/** How often the site owner is asked whether the worker has claimed the pass. */
const ASK_AGAIN_MS = 60_000;

/** The site's owner: this node itself, in the same shape, or another member's node. */
const owner = ({ config, callPeer, ...deps }: DeliverDeps, { owner: member, enrolment }: SentRow) => {
  if (member === config.member)
    return {
      receive: async (body: Awaited<ReturnType<typeof assemble>>) =>
        receiveEnrolment({ ...deps, config }, config.member, body),
      standing: () => enrolmentStanding(deps, config.member, enrolment),
      end: () => endEnrolment({ ...deps, config }, config.member, enrolment),
      reissue: async (pass: string) => ({
        pass,
        invite: await deps.db.transaction((tx) => reissueInvite(tx, { ...deps, config }, config.member, pass)),
      }),
    };
  return {
    receive: (body: unknown) =>
      callPeer(member, { method: 'POST', path: '/enrolments/inbound', body, answer: EnrolmentAccepted }),
    standing: () =>
      callPeer(member, { method: 'GET', path: `/enrolments/inbound/${enrolment}`, answer: EnrolmentStanding }),
    end: () =>
      callPeer(member, { method: 'POST', path: `/enrolments/inbound/${enrolment}/end`, answer: EnrolmentStanding }),
    reissue: (pass: string) =>
      callPeer(member, { method: 'POST', path: `/passes/${pass}/reissue-invite`, answer: InviteMade }),
  };
};

/**
 * Brings one enrolment a step forward: hands it over, or asks for the pass of one that was accepted. A node that does not answer is
 * asked again later; its answer, good or bad, is final until the employer sends again.
 */
export const deliver = async (deps: DeliverDeps, enrolment: string): Promise<void> => {
  const row = await lease(deps, enrolment);
  if (!row) return;
  try {
    if (row.state === 'sent') await handOver(deps, row);
    else if (row.state === 'accepted') await askStanding(deps, row);
  } catch (error) {
    const fault = error instanceof AnlianError ? error : new AnlianError('internal_error', { cause: error });
    await settleFailure(deps, row, fault);
  }
};

/**
 * Takes a row that is due for itself for a while: two deliveries at once would get two invitations, of which only the later one is
 * good. If this process dies meanwhile, the row is due again when the time is over.
 */
const lease = async ({ db, clock }: DeliverDeps, enrolment: string): Promise<SentRow | undefined> => {
  const now = clock();
  const [taken] = await db
    .update(sentEnrolments)
    .set({ nextAt: toInstant(now + LEASE_MS), lastFault: null })
    .where(and(eq(sentEnrolments.enrolment, enrolment), lte(sentEnrolments.nextAt, toInstant(now))))
    .returning();
  return taken;
};

/** While a delivery is under way its row has no fault yet and is not due. */
const isUnderWay = ({ state, lastFault, nextAt }: SentRow, now: string): boolean =>
  state === 'sent' && lastFault === null && nextAt !== null && nextAt > now;

/**
 * Sends an enrolment again, now.
 * @throws {AnlianError} `invalid_transition` for one that has ended
 */
export const sendAgain = async (deps: DeliverDeps, row: SentRow): Promise<void> => {
  const now = toInstant(deps.clock());
  if (row.state !== 'sent' && !ENROLMENT_TRANSITIONS[row.state].includes('sent'))
    throw new AnlianError('invalid_transition', { detail: row.state });
  if (isUnderWay(row, now)) return;
  await deps.db
    .update(sentEnrolments)
    .set({ state: 'sent', attempts: 0, nextAt: now })
    .where(and(eq(sentEnrolments.enrolment, row.enrolment), eq(sentEnrolments.state, row.state)));
  await deliver(deps, row.enrolment);
};

/** Only the row that was read is changed: somebody may have moved it meanwhile. */
const move = async ({ db }: DeliverDeps, row: SentRow, to: EnrolmentState, set: Partial<SentRow>): Promise<void> => {
  if (to !== row.state && !ENROLMENT_TRANSITIONS[row.state].includes(to))
    throw new AnlianError('invalid_transition', { detail: `${row.state} -> ${to}` });
  const attempts = set.attempts ?? row.attempts + 1;
  await db
    .update(sentEnrolments)
    .set({ ...set, attempts, state: to })
    .where(and(eq(sentEnrolments.enrolment, row.enrolment), eq(sentEnrolments.state, row.state)));
};

const handOver = async (deps: DeliverDeps, row: SentRow): Promise<void> => {
  await learnPass(deps, row);
  const accepted = await owner(deps, row).receive(await assemble(deps.db, row));
  const invite = accepted.invite && (await trustedInvite(deps, row.owner, accepted.invite));
  await move(deps, row, 'accepted', {
    pass: accepted.pass,
    inviteUrl: invite?.url ?? null,
    inviteExpiresAt: invite?.expiresAt ?? null,
    lastFault: null,
    faults: [],
    nextAt: toInstant(deps.clock() + ASK_AGAIN_MS),
  });
};

/** A worker whose pass was claimed since the last question needs no second one: ask first where one is waiting to be claimed. */
const learnPass = async (deps: DeliverDeps, { worker, enrolment }: SentRow): Promise<void> => {
  const waiting = await deps.db
    .select()
    .from(sentEnrolments)
    .where(
      and(
        eq(sentEnrolments.worker, worker),
        eq(sentEnrolments.state, 'accepted'),
        isNull(sentEnrolments.code),
        ne(sentEnrolments.enrolment, enrolment),
      ),
    );
  for (const row of waiting) {
    await askStanding(deps, row).catch((error: unknown) => {
      if (!(error instanceof AnlianError)) throw error;
    });
  }
};

const askStanding = async (deps: DeliverDeps, row: SentRow): Promise<void> => {
  const { code } = await owner(deps, row).standing();
  if (code !== null) await requireThisPass(deps, row, code);
  const now = toInstant(deps.clock());
  const isOver = row.inviteExpiresAt === null || row.inviteExpiresAt <= now;
  const nextAt = code !== null || isOver ? null : toInstant(deps.clock() + ASK_AGAIN_MS);
  const claimed = code === null ? {} : { inviteUrl: null, inviteExpiresAt: null };
  await move(deps, row, row.state, { code, nextAt, lastFault: null, ...claimed });
  if (code !== null && code !== row.code) await tellOthers(deps, row, now);
};

/** What another member hands on as the worker's pass is kept only when a governor signed it, as this pass. */
const requireThisPass = async ({ db }: DeliverDeps, { pass, owner: teller }: SentRow, code: string): Promise<void> => {
  const claims = await openHanded(db, code).catch(() => undefined);
  if (claims === undefined || formatId('pas', claims.cti) !== pass)
    throw new AnlianError('member_unreachable', { detail: `${teller}: an answer that is no pass of this worker` });
};

/** A pass that was claimed, or moved to a new phone, is made known at once to the owners of the worker's other sites. */
const tellOthers = async ({ db }: DeliverDeps, { worker, owner: told }: SentRow, nextAt: string): Promise<void> => {
  await db
    .update(sentEnrolments)
    .set({ state: 'sent', nextAt, attempts: 0 })
    .where(
      and(
        eq(sentEnrolments.worker, worker),
        eq(sentEnrolments.state, 'accepted'),
        ne(sentEnrolments.owner, told),
        isNull(sentEnrolments.code),
      ),
    );
};

/**
 * The worker has a new phone: the governor that issued the pass refuses the old key and invites the new one.
 * @throws {AnlianError} what that governor answers; `invalid_transition` before the enrolment is accepted
 */
export const newPhone = async (deps: DeliverDeps, row: SentRow): Promise<void> => {
  if (row.state !== 'accepted' || row.pass === null) throw new AnlianError('invalid_transition', { detail: row.state });
  const reissued = await owner(deps, row).reissue(row.pass);
  const invite = await trustedInvite(deps, row.owner, reissued.invite);
  await move(deps, row, 'accepted', {
    code: null,
    inviteUrl: invite.url,
    inviteExpiresAt: invite.expiresAt,
    nextAt: toInstant(deps.clock() + ASK_AGAIN_MS),
  });
};

/**
 * The worker comes no more: the site's owner takes the enrolment off its lists. What was returned when it was sent again is on
 * them still, in its earlier form.
 * @throws {AnlianError} what the owner answers; `invalid_transition` for what the owner never took
 */
export const end = async (deps: DeliverDeps, row: SentRow): Promise<void> => {
  if (row.pass === null || !ENROLMENT_TRANSITIONS[row.state].includes('ended'))
    throw new AnlianError('invalid_transition', { detail: row.state });
  await owner(deps, row).end();
  await move(deps, row, 'ended', { nextAt: null, inviteUrl: null, inviteExpiresAt: null, code: null });
};

/** Faults of the line and of the other node's machine: what they say is not about the enrolment. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'member_unreachable',
  'internal_error',
  'database_unavailable',
  'storage_full',
]);

const settleFailure = async (deps: DeliverDeps, row: SentRow, fault: AnlianError): Promise<void> => {
  deps.log.warn({ enrolment: row.enrolment, owner: row.owner, code: fault.code }, 'an enrolment was not taken');
  const later = toInstant(deps.clock() + backoffMs(row.attempts));
  if (TEMPORARY.has(fault.code) || row.state !== 'sent')
    return move(deps, row, row.state, { lastFault: fault.code, nextAt: later });
  const own: FieldFault = { field: fault.field ?? '/', code: fault.code, detail: fault.detail ?? '' };
  return move(deps, row, 'rejected', { lastFault: null, nextAt: null, faults: [...(fault.errors ?? [own])] });
};

/** Enrolments whose next step is due, the longest waiting first. */
export const dueEnrolments = async (
  { db, clock }: Pick<DeliverDeps, 'db' | 'clock'>,
  limit: number,
): Promise<string[]> => {
  const rows = await db
    .select({ enrolment: sentEnrolments.enrolment })
    .from(sentEnrolments)
    .where(lte(sentEnrolments.nextAt, toInstant(clock())))
    .orderBy(asc(sentEnrolments.nextAt))
    .limit(limit);
  return rows.map(({ enrolment }) => enrolment);
};
