import type { Ledger, Random } from '@anlian/sdk/ledger';
import { DATABASES } from './databases.ts';
import { type EvidenceLedger, type EvidenceNode, openEvidenceNode } from './evidenceNode.ts';
import { timeOf } from './measure.ts';
import { atLeast, type Row } from './row.ts';

/** As many decisions as a gate delivers at once. */
const GROUP = 200;
const WRITERS = 4;
const ANCHOR_INTERVAL_MS = 1_000;
const WITHIN_MS = 8_000;
/** Leaves that wait, as after a night without the ledger. */
const BACKLOG = 20_000;
const GOAL = 100;

interface OnFabric {
  readonly ledger: Ledger;
  readonly keyed: EvidenceLedger['keyed'];
  /** Submissions a second of the same client, one command each. */
  readonly direct: number;
}

/** Groups of leaves by several writers until it is over; how many leaves. */
const recordUntil = async (node: EvidenceNode, isOver: (recorded: number) => boolean): Promise<number> => {
  let recorded = 0;
  const writer = async (): Promise<void> => {
    while (!isOver(recorded)) {
      recorded += GROUP;
      await node.record(GROUP);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return recorded;
};

const ratioText = (perSecond: number, direct: number): string =>
  `${(perSecond / direct).toFixed(0)} × as many as ${Math.round(direct)} direct submissions a second`;

/** While as many are recorded as the database takes. */
const measureSteady = async (node: EvidenceNode, direct: number): Promise<Row[]> => {
  const stop = node.anchorEvery(ANCHOR_INTERVAL_MS);
  const startedMs = performance.now();
  const recorded = await recordUntil(node, () => performance.now() - startedMs > WITHIN_MS);
  await stop();
  const perSecond = (recorded * 1000) / (performance.now() - startedMs);
  const anchors = node.anchoredSizes().length;
  return [
    {
      name: 'evidence leaves that share a transaction on Fabric',
      value: recorded / anchors,
      unit: 'leaves',
      ...atLeast(recorded / anchors, GOAL),
      detail: `${recorded} leaves by ${anchors} anchors, one every ${ANCHOR_INTERVAL_MS} ms`,
    },
    {
      name: 'evidence leaves covered on Fabric while they are recorded',
      value: perSecond,
      unit: 'leaves/s',
      detail: `as many as PostgreSQL took on the same machine; ${ratioText(perSecond, direct)}`,
    },
  ];
};

/** What the log and the ledger take when the leaves are there. */
const measureBacklog = async (node: EvidenceNode, direct: number): Promise<Row> => {
  const recorded = await recordUntil(node, (count) => count >= BACKLOG);
  const ms = await timeOf(() => node.anchorEvery(ANCHOR_INTERVAL_MS / 10)());
  const perSecond = (recorded * 1000) / ms;
  return {
    name: `evidence leaves covered on Fabric where ${recorded} wait`,
    value: perSecond,
    unit: 'leaves/s',
    goal: `≥ ${GOAL} × direct submissions`,
    ok: perSecond >= GOAL * direct,
    detail: ratioText(perSecond, direct),
  };
};

/** The evidence log of a governor's node on PostgreSQL, with its anchors on the network. */
export const coverageOnFabric = async ({ ledger, keyed, direct }: OnFabric, random: Random): Promise<Row[]> => {
  const database = DATABASES.find(({ name }) => name === 'PostgreSQL');
  if (database === undefined) throw new Error('there is a PostgreSQL');
  const opened = await database.open();
  const node = await openEvidenceNode(opened.database, random, { ledger, keyed, close: async () => undefined });
  try {
    return [...(await measureSteady(node, direct)), await measureBacklog(node, direct)];
  } finally {
    await node.close();
    await opened.close();
  }
};
