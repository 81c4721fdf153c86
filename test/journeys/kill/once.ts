import type { AnyLedgerEvent } from '@anlian/contracts';
import { expect } from 'vitest';
import type { OpenedGate } from '../../support/gates.ts';
import type { Person } from '../../support/people.ts';
import type { ServedLog } from '../../support/servedLog.ts';
import type { Acknowledged, FactKind } from './facts.ts';

/** What the ledger says when it takes a fact of a kind. */
const EVENT_OF = [
  ['notice', 'credit.noticed'],
  ['acknowledgement', 'credit.acknowledged'],
  ['credential', 'credential.registered'],
] as const;

const idsOf = (acknowledged: readonly Acknowledged[], kind: FactKind): string[] =>
  acknowledged.filter((one) => one.kind === kind).map(({ id }) => id);

/** Every fact for which a 2xx was read is on the ledger, none is there twice, and there were more than `atLeast` of each kind. */
export const requireOnLedgerOnce = (
  events: readonly AnyLedgerEvent[],
  acknowledged: readonly Acknowledged[],
  atLeast: number,
): void => {
  for (const [kind, name] of EVENT_OF) {
    const told = events
      .filter((event) => event.name === name)
      .map(({ data }) => ('violation' in data ? data.violation : 'credential' in data ? data.credential : ''));
    expect(new Set(told).size, `no ${name} twice`).toBe(told.length);
    const ids = idsOf(acknowledged, kind);
    expect(
      ids.filter((id) => !told.includes(id)),
      `${kind} acknowledged but not on the ledger`,
    ).toEqual([]);
    expect(ids.length, `${kind} under load`).toBeGreaterThan(atLeast);
  }
};

/** A key that was sent twice gave one id, and each worker is at the employer’s node once. */
export const requireEmployedOnce = async (clerk: Person, acknowledged: readonly Acknowledged[]): Promise<void> => {
  const byKey = new Map(acknowledged.map(({ key, id }) => [key, id]));
  expect(acknowledged.filter(({ key, id }) => byKey.get(key) !== id)).toEqual([]);
  const listed = await allPages(clerk, '/api/v1/workers');
  const added = listed.map((item) => String(item.name)).filter((name) => name.startsWith('工人'));
  expect(new Set(added).size).toBe(added.length);
  expect(added.length).toBe(new Set(idsOf(acknowledged, 'worker')).size);
};

/** The heads that a member anchored only grow. */
export const requireGrowingAnchors = (events: readonly AnyLedgerEvent[], member: string): void => {
  const sizes = events.flatMap((event) =>
    event.name === 'evidence.anchored' && event.data.member === member ? [event.data.size] : [],
  );
  expect(sizes, `anchors of ${member} grow`).toEqual([...new Set(sizes)].sort((a, b) => Number(a) - Number(b)));
};

/** The node and its log have every decision of the gate once, without a gap. */
export const requireDecisionsOnce = async (
  { id, gate }: OpenedGate,
  manager: Person,
  log: ServedLog,
): Promise<void> => {
  const { lastSeq } = gate.status();
  const decisions = await allPages(manager, `/api/v1/decisions?gate=${id}`);
  const numbers = ascending(decisions.map(({ seq }) => Number(seq)));
  expect(numbers).toEqual(Array.from({ length: lastSeq }, (_, before) => before + 1));
  const head = await log.head();
  const leaves = head ? await log.leaves(head) : [];
  const logged = leaves.filter((leaf) => leaf.gate === id).map(({ seq }) => Number(seq));
  expect(ascending(logged), `leaves of ${id}`).toEqual(numbers);
};

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

const allPages = async (person: Person, path: string): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  for (let cursor = ''; ; ) {
    const separator = path.includes('?') ? '&' : '?';
    const { json } = await person.send({ path: `${path}${separator}limit=500${cursor && `&cursor=${cursor}`}` });
    const page = json as { items: Record<string, unknown>[]; next?: string };
    items.push(...page.items);
    if (page.next === undefined) return items;
    cursor = page.next;
  }
};
