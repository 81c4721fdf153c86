import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Ledger } from '@anlian/sdk/ledger';
import { type CaughtUp, catchUp } from '../support/catchUp.ts';
import { connectAs } from '../support/embeddedLedger.ts';
import { connectFabric, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric } from '../support/fabricParts.ts';
import { foundChannel, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';
import { newPaper } from '../support/longChain.ts';
import { DATABASES } from './databases.ts';
import { inFlight, timeOf } from './measure.ts';
import type { Bench, Row } from './row.ts';

const CHAIN_MAIN = resolve(import.meta.dirname, 'longChainMain.ts');
const BLOCKS = 100_000;
/** Fabric orders and validates at its own pace: so many commands take about a minute. */
const FABRIC_COMMANDS = 3_000;
const FABRIC_LANES = 50;

interface ServedChain {
  readonly ledger: Ledger;
  readonly seconds: number;
  close(): Promise<void>;
}

const end = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
};

/** The chain in a process of its own, as a node finds it. */
const serveChain = async (blocks: number): Promise<ServedChain> => {
  const child = spawn(process.execPath, [CHAIN_MAIN, String(blocks)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let line = '';
  const ms = await timeOf(async () => {
    const exited = once(child, 'exit').then(() => ['']);
    [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited])) as [string];
  });
  if (line === '') throw new Error('the chain could not be made');
  // Whoever reads blocks is not asked who he is.
  const [reader] = (await foundingGovernors()) as [Governor];
  const { url } = JSON.parse(line) as { readonly url: string };
  return { ledger: connectAs(reader, url), seconds: ms / 1000, close: () => end(child) };
};

const requireHonest = ({ alarms }: CaughtUp): void => {
  if (alarms > 0) throw new Error(`${alarms} alarms on an honest chain`);
};

const rowOf = (name: string, caught: CaughtUp, detail: string): Row => ({
  name,
  value: caught.blocks / caught.seconds,
  unit: 'blocks/s',
  detail: `${caught.blocks.toLocaleString('en')} blocks in ${caught.seconds.toFixed(0)} s; ${detail}`,
});

const onEmbedded = async (blocks: number): Promise<Row[]> => {
  const chain = await serveChain(blocks);
  const made = `one credential:register in each, made in ${chain.seconds.toFixed(0)} s in memory, read over HTTP from another process`;
  const rows: Row[] = [];
  try {
    for (const { name, open } of DATABASES) {
      for (const reexecute of [false, true]) {
        const { database, close } = await open();
        try {
          const caught = await catchUp(database.db, chain.ledger, { reexecute });
          requireHonest(caught);
          const how = reexecute ? 'every transaction run again' : 'followed only';
          rows.push(rowOf(`${name}, embedded ledger: a new governor's node catches up, ${how}`, caught, made));
        } finally {
          await close();
        }
      }
    }
    return rows;
  } finally {
    await chain.close();
  }
};

/** A shorter channel on real peers: several commands share a block there. */
const onFabric = async (): Promise<Row[]> => {
  if (noFabric !== undefined) return [];
  const network = await openFabricNetwork();
  const [governor] = network.governors as [Governor, ...Governor[]];
  const ledger = connectFabric(network, governor, 'fabric-gateway');
  try {
    await foundChannel(network.governors, ledger);
    const submissions = Array.from(
      { length: FABRIC_COMMANDS },
      () => () => ledger.submit(signedBy(governor, 'credential:register', newPaper())),
    );
    const madeMs = await timeOf(() => inFlight(FABRIC_LANES, submissions));
    const rows: Row[] = [];
    for (const { name, open } of DATABASES) {
      const { database, close } = await open();
      try {
        const caught = await catchUp(database.db, ledger);
        requireHonest(caught);
        rows.push(
          rowOf(
            `${name}, Fabric: a new governor's node catches up, every transaction run again`,
            caught,
            `${FABRIC_COMMANDS} commands, ${Math.round(FABRIC_COMMANDS / caught.seconds)} a second; ordered in ${(madeMs / 1000).toFixed(0)} s with ${FABRIC_LANES} in flight, followed from the own peer`,
          ),
        );
      } finally {
        await close();
      }
    }
    return rows;
  } finally {
    ledger.close();
    await network.down();
    network.remove();
  }
};

/** How fast a new governor's node takes in a channel that has long been there, and what running everything again costs of it. */
export const benchCatchup: Bench = async ({ blocks = BLOCKS }) => [
  ...(await onEmbedded(blocks)),
  ...(await onFabric()),
];
