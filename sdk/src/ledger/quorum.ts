import { AnlianError, strictMajority } from '@anlian/contracts';
import { abortable } from './abortable.ts';
import { backoffMs, pause } from './backoff.ts';
import { sameBytes } from './codec/bytes.ts';
import type { EndorsedAnswer } from './codec/endorsedAnswer.ts';
import type { MspOrganisation } from './codec/mspOrganisation.ts';
import type { Random } from './sources.ts';
import type { Call, Endorsed, Endorsers, LedgerTransport, Proposed } from './transport.ts';

/** A governor that takes longer does not hold up the others: the next one is asked beside it. */
export const PATIENCE_MS = 4_000;

/** Peers are milliseconds apart: governors that differ are asked again, at another time of the question. */
const ATTEMPTS = 8;
const BEHIND = { baseMs: 50, limitMs: 1_000 };

type Answer = Awaited<ReturnType<Proposed['ask']>>;

const isInvalid = (error: unknown): error is AnlianError =>
  error instanceof AnlianError && error.code === 'endorsement_invalid';

/** A governor's no: neither its silence nor a signature that does not count, which would only be wasted. */
const isRefusal = (error: unknown): boolean =>
  error instanceof AnlianError && error.code !== 'ledger_unavailable' && !isInvalid(error);

/** Names every governor whose signature does not count. */
const invalidOf = (faults: readonly AnlianError[]): AnlianError =>
  new AnlianError('endorsement_invalid', {
    field: 'endorsements',
    detail: faults.map(({ detail }) => detail).join('; '),
    errors: faults.flatMap(({ errors = [] }) => errors),
  });

/** What to say when no majority answered the same: `answers` different ones came, `own` is this member's MSP. */
const failureOf = (answers: number, refusals: ReadonlyMap<string, unknown>, own: string): unknown => {
  const answered = [...refusals].filter(([, error]) => isRefusal(error));
  const [first, decisive] = [answered[0], answered.find(([mspId]) => mspId === own)];
  // This member's peer knows every block that this member was told of; another that refuses may only be behind.
  if (decisive !== undefined) return decisive[1];
  if (answers > 1 || (answers === 1 && first !== undefined))
    return new AnlianError('endorsement_mismatch', { cause: first?.[1] });
  if (first !== undefined) return first[1];
  const invalid = [...refusals.values()].filter(isInvalid);
  if (invalid.length > 0) return invalidOf(invalid);
  const [cause] = refusals.values();
  return new AnlianError('ledger_unavailable', { detail: 'too few governors answered', cause });
};

/** Adds an answer to those that are the same; each governor signs once. */
const join = (agreed: Answer[], answer: Answer): void => {
  const at = agreed.findIndex(({ payload }) => sameBytes(payload, answer.payload));
  const same = agreed[at];
  if (same === undefined) agreed.push(answer);
  else agreed[at] = { ...same, endorsements: [...same.endorsements, ...answer.endorsements] };
};

/** Whether nobody answers for a while. */
const isSlow = async (running: ReadonlySet<Promise<void>>): Promise<boolean> => {
  const answered = new AbortController();
  const first = Promise.race(running).then(() => false);
  const late = pause(PATIENCE_MS, answered.signal).then(() => true);
  return Promise.race([first, late]).finally(() => answered.abort());
};

/** Whom to ask of a channel's members. A majority of all of them is due all the same. */
export type Among = (mspIds: readonly string[]) => Promise<readonly string[]>;

/**
 * Endorsements of any strict majority of the governors over one and the same answer. As many are asked as are needed, this
 * member's own first; for one that fails, whose signature does not count, or that is slow, another. Throws what this member's own
 * peer refused, else `endorsement_mismatch`, also where only its own peer answers otherwise, `endorsement_invalid` naming whose
 * signatures do not count, or `ledger_unavailable`.
 */
export const endorseByQuorum = (
  endorsers: Endorsers,
  call: Call,
  signal?: AbortSignal,
  among: Among = async (mspIds) => mspIds,
): Promise<Endorsed> =>
  abortable(signal, async () => {
    const members = await endorsers.members();
    const asked = await among(members.map(({ mspId }) => mspId));
    const proposed = await endorsers.propose(call);
    const agreed = await gather(members, asked, async (member) => {
      const answer = await proposed.ask(member.mspId, signal);
      await endorsers.judge.requireOf(member, answer);
      return answer;
    });
    return { txId: proposed.txId, proposal: proposed.proposal, ...agreed };
  });

const gather = async (
  members: readonly MspOrganisation[],
  asked: readonly string[],
  ask: (member: MspOrganisation) => Promise<Answer>,
): Promise<Answer> => {
  const needed = strictMajority(members.length);
  const ownMsp = members[0]?.mspId ?? '';
  const waiting = members.filter(({ mspId }) => asked.includes(mspId));
  const running = new Set<Promise<void>>();
  const refusals = new Map<string, unknown>();
  const agreed: Answer[] = [];
  let own: Answer | undefined;

  const askNext = (): void => {
    const member = waiting.shift();
    if (member === undefined) return;
    const { mspId } = member;
    const one: Promise<void> = ask(member)
      .then(
        (answer) => {
          join(agreed, answer);
          if (mspId === ownMsp) own = answer;
        },
        (error: unknown) => void refusals.set(mspId, error),
      )
      .finally(() => running.delete(one));
    running.add(one);
  };

  /** What is told does not depend on who was quicker. */
  const inOrder = (): ReadonlyMap<string, unknown> =>
    new Map(members.flatMap(({ mspId }) => (refusals.has(mspId) ? [[mspId, refusals.get(mspId)] as const] : [])));

  for (;;) {
    const most = agreed.reduce((count, { endorsements }) => Math.max(count, endorsements.length), 0);
    const majority = agreed.find(({ endorsements }) => endorsements.length >= needed);
    // A majority that this member's own peer contradicts may be right; but the member must hear of it.
    if (majority && own && !sameBytes(own.payload, majority.payload)) throw new AnlianError('endorsement_mismatch');
    // A slow one and the one asked in its place may both answer: a proof has exactly as many signatures as it needs.
    if (majority) return { ...majority, endorsements: majority.endorsements.slice(0, needed) };
    while (waiting.length > 0 && most + running.size < needed) askNext();
    if (running.size === 0 || isRefusal(refusals.get(ownMsp))) throw failureOf(agreed.length, inOrder(), ownMsp);
    if (await isSlow(running)) askNext();
  }
};

/**
 * An answer that a majority of the governors signed, or the one operator where there is none; nothing is ordered. While governors
 * answer from different blocks they are asked again; throws as {@link endorseByQuorum} when they go on to differ.
 */
export const askGovernors = async (
  { endorse, endorsers }: Pick<LedgerTransport, 'endorse' | 'endorsers'>,
  call: Call,
  random: Random,
  among?: Among,
): Promise<EndorsedAnswer> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { proposal, payload, endorsements } = await (endorsers
        ? endorseByQuorum(endorsers, call, undefined, among)
        : endorse(call));
      return { proposal, payload, endorsements };
    } catch (error) {
      const differ = error instanceof AnlianError && error.code === 'endorsement_mismatch';
      if (!differ || attempt >= ATTEMPTS) throw error;
    }
    await pause(backoffMs(attempt, BEHIND, random));
  }
};
