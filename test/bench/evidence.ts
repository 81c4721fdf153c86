import type { Random } from '@anlian/sdk/ledger';
import { type BenchDatabase, DATABASES } from './databases.ts';
import { type EvidenceNode, openEvidenceNode } from './evidenceNode.ts';
import { alternate, median, milliseconds, type Work } from './measure.ts';
import { atLeast, type Bench, type Row } from './row.ts';

const ROUNDS = { warmUp: 1, measured: 8 };
const SINGLE = 50;
/** As many decisions as a gate delivers at once. */
const GROUP = 200;
const ANCHOR_INTERVAL_MS = 1_000;
/** Heads that are looked at, beside the first, which also covers what waited before; and how long they may take. */
const ANCHORS = 5;
const SATURATION_LIMIT_MS = 15_000;
const WRITERS = 4;
const LEAVES_GOAL = 100;

const repeated = (times: number, work: Work) => async (): Promise<void> => {
  for (let count = 0; count < times; count++) await work();
};

const measureRecording = async (name: string, node: EvidenceNode): Promise<Row[]> => {
  const times = await alternate(ROUNDS, async () => ({
    single: repeated(SINGLE, () => node.record(1)),
    grouped: () => node.record(GROUP),
  }));
  const [singleMs, groupMs] = [median(times.single) / SINGLE, median(times.grouped)];
  return [
    {
      name: `${name}: durable leaves, one transaction each`,
      value: 1000 / singleMs,
      unit: 'leaves/s',
      detail: `${milliseconds(singleMs)} a transaction, one after another`,
    },
    {
      name: `${name}: durable leaves, ${GROUP} in a transaction`,
      value: (GROUP * 1000) / groupMs,
      unit: 'leaves/s',
      detail: `${milliseconds(groupMs)} a transaction; ${((GROUP * singleMs) / groupMs).toFixed(1)} × as many as one by one`,
    },
  ];
};

/** Leaves between one anchored head and the next, while leaves are recorded as fast as the database takes them. */
const measureSaturated = async (name: string, leaves: number, node: EvidenceNode): Promise<Row> => {
  const before = node.anchoredSizes().length;
  const sizes = (): readonly number[] => node.anchoredSizes().slice(before);
  const stop = node.anchorEvery(ANCHOR_INTERVAL_MS);
  const startedMs = performance.now();
  const isOver = (): boolean => sizes().length > ANCHORS || performance.now() - startedMs > SATURATION_LIMIT_MS;
  let recorded = 0;
  const writer = async (): Promise<void> => {
    for (; !isOver(); recorded += leaves) await node.record(leaves);
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  const seconds = (performance.now() - startedMs) / 1000;
  const heads = sizes();
  const covered = heads.slice(1).map((size, at) => size - (heads[at] ?? 0));
  await stop();
  const value = covered.length === 0 ? 0 : median(covered);
  return {
    name: `${name}: leaves covered by an anchor transaction at saturation, ${leaves} in a transaction`,
    value,
    unit: 'leaves',
    ...atLeast(value, LEAVES_GOAL),
    detail: `median of ${covered.join(', ')}; interval ${ANCHOR_INTERVAL_MS} ms, ${WRITERS} writers, ${Math.round(recorded / seconds)} leaves/s meanwhile; in the end all are anchored`,
  };
};

const benchOn = async (name: string, { database }: BenchDatabase, random: Random): Promise<Row[]> => {
  const node = await openEvidenceNode(database, random);
  try {
    return [
      ...(await measureRecording(name, node)),
      await measureSaturated(name, 1, node),
      await measureSaturated(name, GROUP, node),
    ];
  } finally {
    await node.close();
  }
};

/** What the evidence log carries: durable leaves a second, and how many of them share one transaction on the ledger. */
export const benchEvidence: Bench = async ({ random }) => {
  const rows: Row[] = [];
  for (const { name, open } of DATABASES) {
    const opened = await open();
    try {
      rows.push(...(await benchOn(name, opened, random)));
    } finally {
      await opened.close();
    }
  }
  return rows;
};
