import type { Persona } from '@anlian/contracts';
import type { NodeClient } from '@anlian/sdk';
import type { Home } from '../launcher/home.ts';
import type { SignIn } from '../launcher/people.ts';
import type { ConsortiumPlan, MemberPlan } from '../launcher/plan.ts';
import type { Step } from '../launcher/progress.ts';
import { TENANTS } from './companies.ts';

/** What the steps of loading share. Every step may be repeated: it names its own idempotency keys. */
export interface Loading {
  readonly plan: ConsortiumPlan;
  readonly home: Home;
  readonly signIn: SignIn;
  readonly fetch: typeof fetch;
  readonly clock: () => number;
  readonly random: (length: number) => Uint8Array;
  /** The first start: the set's dates hang on it. */
  readonly startMs: number;
  readonly step: (name: { zh: string; en: string }, total: number) => Step;
}

/** A node by its member. */
export const nodeOf = ({ plan }: Pick<Loading, 'plan'>, member: string): MemberPlan => {
  const found = plan.members.find((one) => one.member === member);
  if (!found) throw new RangeError(`no node of ${member}`);
  return found;
};

/** The node on which a company lives: its own, or its sponsor's. */
export const homeNodeOf = (loading: Pick<Loading, 'plan'>, member: string): MemberPlan =>
  nodeOf(loading, TENANTS.find((tenant) => tenant.member === member)?.sponsor ?? member);

/** A person of a company, at the node on which the company lives. */
export const personOf = (loading: Loading, member: string, person: Persona): NodeClient =>
  loading.signIn(homeNodeOf(loading, member), person, member);

/** Runs work over items, at most `width` at a time; the first failure ends it. */
export const inParallel = async <T>(
  items: readonly T[],
  width: number,
  work: (item: T, at: number) => Promise<void>,
): Promise<void> => {
  const waiting = [...items.entries()];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: width }, lane));
};

/** Asks again until the answer is there: nodes follow the ledger, and each other, a moment behind. */
export const awaitAnswer = async <T>(
  ask: () => Promise<T | undefined>,
  { deadlineMs, clock, retryMs = 30 }: { deadlineMs: number; clock: () => number; retryMs?: number },
): Promise<T> => {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (clock() > deadlineMs) throw new RangeError('the answer did not come in time');
    await new Promise((resolve) => setTimeout(resolve, retryMs));
  }
};
