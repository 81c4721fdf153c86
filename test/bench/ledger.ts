import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CUTTINGS, type Cutting, DEFAULT_CUTTING } from '@anlian/consortium/fabric';
import { MAX_BATCH_COMMANDS } from '@anlian/contracts';
import type { Random } from '@anlian/sdk/ledger';
import { foundingGovernors } from '../support/governors.ts';
import { keyedGovernor } from './evidenceNode.ts';
import { openFabricLedgers } from './fabricLedgers.ts';
import { coverageOnFabric } from './ledgerEvidence.ts';
import { foundLedger } from './ledgerProcess.ts';
import {
  type Load,
  loadRows,
  type Measured,
  measureLoad,
  measureTogether,
  putting,
  type Recorder,
  recording,
  type Way,
} from './ledgerWays.ts';
import { alternate, inTurn, median, milliseconds, type Work } from './measure.ts';
import { atLeast, type Bench, type BenchContext, type Row } from './row.ts';

const ROUNDS = { warmUp: 1, measured: 3 };
const LOADS: readonly Load[] = [
  { lanes: 1, count: 12 },
  { lanes: 50, count: 300 },
  { lanes: 200, count: 400 },
];
/** More than one member's node sends: there the cutting of blocks tells. */
const CROWD: Load = { lanes: 600, count: 1_200 };
const RATIO_GOAL = 0.8;
const BATCHES = 16;
const FSYNCS = 20;
/** About one envelope with its block. */
const BLOCK_BYTES = 8_192;

const EMBEDDED = 'embedded';
const GATEWAY = 'fabric-gateway';
const NETWORK = 'fabric-network';
const BARE = 'bare put, fabric-gateway';

const cutAs = (cutting: Cutting): string => {
  const { timeoutMs, maxTransactions } = CUTTINGS[cutting];
  return `blocks cut for ${cutting}: after ${timeoutMs} ms or at ${maxTransactions} transactions`;
};

/** Median of the rounds' ratios: both sides of each were measured one after the other. */
const ratioRow = (lanes: number, measured: ReadonlyMap<string, Measured>): Row => {
  const [ours, bare] = [measured.get(GATEWAY)?.roundMs ?? [], measured.get(BARE)?.roundMs ?? []];
  const ratios = ours.map((ms, at) => (bare[at] ?? Number.NaN) / ms);
  const value = median(ratios);
  return {
    name: `our record to the bare put, ${lanes} in flight`,
    value,
    unit: '×',
    ...atLeast(value, RATIO_GOAL),
    detail: `by round ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`,
  };
};

/** Rows of every load, and the most that each way brought through in a second. */
const measureAll = async (ways: readonly Way[], loads: readonly Load[]) => {
  const rows: Row[] = [];
  const best = new Map<string, number>();
  for (const load of loads) {
    const measured = await measureLoad(ways, load, ROUNDS);
    rows.push(...loadRows(load.lanes, measured));
    if (measured.has(BARE)) rows.push(ratioRow(load.lanes, measured));
    for (const [name, { perSecond }] of measured) best.set(name, Math.max(perSecond, best.get(name) ?? 0));
  }
  return { rows, best: (name: string): number => best.get(name) ?? Number.NaN };
};

const togetherRow = async (recorder: Recorder, direct: number): Promise<Row> => {
  const count = BATCHES * MAX_BATCH_COMMANDS;
  const ms = await measureTogether(recorder, count, { warmUp: 1, measured: 2 });
  const value = (count * 1000) / ms;
  return {
    name: `${recorder.name}, ${MAX_BATCH_COMMANDS} commands in a transaction`,
    value,
    unit: 'commands/s',
    detail: `${(value / direct).toFixed(1)} × as many as one by one; ${count} commands in ${milliseconds(ms)}`,
  };
};

/** What the disk takes for one block at a time and nothing else. */
const diskRow = async (dir: string): Promise<Row> => {
  const file = openSync(join(dir, 'flushed'), 'a');
  const flush: Work = () => {
    writeSync(file, new Uint8Array(BLOCK_BYTES));
    fdatasyncSync(file);
  };
  const { flushed } = await alternate(ROUNDS, async () => ({
    flushed: () => inTurn(Array.from({ length: FSYNCS }, () => flush)),
  }));
  closeSync(file);
  const flushMs = median(flushed) / FSYNCS;
  return {
    name: 'the disk alone, one block at a time',
    value: 1000 / flushMs,
    unit: 'flushes/s',
    detail: `${milliseconds(flushMs)} for ${BLOCK_BYTES} bytes`,
  };
};

/** Everything that shares a run: the embedded ledger and one network, with the bare put beside our record. */
const compare = async ({ random, note }: BenchContext, dir: string): Promise<Row[]> => {
  const [first, ...others] = await foundingGovernors();
  if (first === undefined) throw new Error('a channel has governors');
  const embedded = await foundLedger([first, ...others]);
  const ends = [embedded.close];
  try {
    const keys: Awaited<ReturnType<typeof keyedGovernor>>[] = [];
    const fabric = await openFabricLedgers({
      cutting: DEFAULT_CUTTING,
      prepare: async (governor) => {
        const keyed = await keyedGovernor(governor, dir);
        keys.push(keyed);
        return keyed.governor;
      },
    });
    ends.push(fabric.close);
    const { binaries, network, governor, connect } = fabric;
    note(
      `Fabric ${binaries.version}, profile ${network.plan.profile}: ${network.governors.length} governors, two endorse`,
    );
    note(cutAs(DEFAULT_CUTTING));
    const own = { name: EMBEDDED, ledger: embedded.ledger, governor: first, random };
    const gateway = { name: GATEWAY, ledger: connect('fabric-gateway'), governor, random };
    const network22 = { name: NETWORK, ledger: connect('fabric-network'), governor, random };
    const ways = [recording(own), recording(gateway), putting(BARE, await fabric.bare(), random), recording(network22)];
    const { rows, best } = await measureAll(ways, LOADS);
    rows.push(...(await measureAll([recording(gateway)], [CROWD])).rows);
    rows.push(await togetherRow(own, best(EMBEDDED)), await togetherRow(gateway, best(GATEWAY)));
    for (const keyed of keys)
      rows.push(...(await coverageOnFabric({ ledger: gateway.ledger, keyed, direct: best(GATEWAY) }, random)));
    return rows;
  } finally {
    for (const end of ends.reverse()) await end();
  }
};

/** The same record on a network that waits for full blocks. */
const forThroughput = async (random: Random): Promise<Row[]> => {
  const cutting: Cutting = 'throughput';
  const fabric = await openFabricLedgers({ cutting });
  try {
    const { governor, connect } = fabric;
    const name = `${GATEWAY}, blocks cut for ${cutting}`;
    const gateway = { name, ledger: connect('fabric-gateway'), governor, random };
    return (await measureAll([recording(gateway)], [...LOADS, CROWD])).rows;
  } finally {
    await fabric.close();
  }
};

/**
 * Endorsed, ordered, validated and on the disk: the embedded ledger as a process over HTTP, and a real Fabric network on this machine
 * through both client libraries; beside them one bare put on the same network. What is submitted was signed before.
 */
export const benchLedger: Bench = async (context) => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-bench-ledger-'));
  try {
    return [...(await compare(context, dir)), ...(await forThroughput(context.random)), await diskRow(dir)];
  } finally {
    rmSync(dir, { recursive: true });
  }
};
