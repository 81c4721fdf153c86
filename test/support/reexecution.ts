import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { canonicalBytes, stateKey } from '@anlian/contracts';
import {
  type ChaincodeAction,
  decodeReadWriteSets,
  encodeReadWriteSet,
  executedBlock,
  type FollowedBlock,
  followBlock,
  type ReadWriteSet,
  utf8,
} from '@anlian/sdk/ledger';
import { pino } from 'pino';
import { createRecorder } from '../../node/src/evidence/record.ts';
import { evidence } from '../../node/src/evidence/tables.ts';
import { type Follower, startFollower } from '../../node/src/ledger/follow.ts';
import type { Projector } from '../../node/src/ledger/project.ts';
import type { CommandQueue } from '../../node/src/ledger/queue.ts';
import { createReexecutor } from '../../node/src/ledger/reexecute.ts';
import { type OwnRules, passedOver } from '../../node/src/ledger/rulesInForce.ts';
import {
  endorsementAlarms,
  ledgerCheckpoint,
  ledgerPassedOver,
  ledgerReexecution,
  ledgerState,
  ledgerTransactions,
} from '../../node/src/ledger/tables.ts';
import { sites } from '../../node/src/network/tables.ts';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from './embeddedLedger.ts';
import { chained } from './endorsedBlock.ts';
import { CHAINCODE, CHANNEL, foundChannel, foundingGovernors, type Governor, signedBy } from './governors.ts';
import type { TestDatabase } from './postgres.ts';
import { until } from './until.ts';

const MIGRATIONS = new URL('../../node/drizzle', import.meta.url).pathname;
const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
/** Blocks of a founded channel of three; each site after them is one more. */
const FOUNDING = 4;
const SINGLE = 6;
/** Sites that share one transaction, in the last block. */
const BATCHED = 3;
export const SITES = SINGLE + BATCHED;
export const BLOCKS = FOUNDING + SINGLE + 1;
/** The block that tests put another in the place of: it registers `yard-2`. */
export const FORGED = FOUNDING + 2;
export const FORGED_SITE = 'yard-2';

export interface HonestChain {
  readonly governors: readonly [Governor, Governor, Governor];
  readonly blocks: readonly Uint8Array[];
  readonly genesisHash: string;
}

/** The blocks of a channel of three governors, made by an embedded ledger. */
export const honestChain = async (): Promise<HonestChain> => {
  const dir = temporaryDirectory();
  const governors = (await foundingGovernors()) as [Governor, Governor, Governor];
  const embedded = await openIn(dir, await genesisWith(governors));
  try {
    const ledger = connectAs(governors[0], 'http://ledger', { fetch: inProcess(() => embedded) });
    await foundChannel(governors, ledger);
    for (let site = 0; site < SINGLE; site += 1)
      await ledger.submit(signedBy(governors[0], 'site:register', { site: `yard-${site}` }));
    await ledger.submitAll(
      Array.from({ length: BATCHED }, (_, at) =>
        signedBy(governors[0], 'site:register', { site: `yard-${SINGLE + at}` }),
      ),
    );
    const blocks = await Promise.all(Array.from({ length: BLOCKS }, (_, number) => embedded.block(number)));
    return { governors, blocks, genesisHash: embedded.describe().genesisHash };
  } finally {
    await embedded.close();
    rmSync(dir, { recursive: true });
  }
};

/** An event that came twice would violate the primary key. */
export const keepSites: Projector = {
  'site.registered': async (tx, { site, owner }) => {
    await tx.insert(sites).values({ site, owner });
  },
};

export interface FollowOptions {
  /** Whether the blocks are run again; they are when absent. */
  readonly again?: boolean;
  readonly projectors?: readonly Projector[];
  /** The rules that the node has, as on Fabric. */
  readonly ownRules?: OwnRules;
}

/** A node's database, and a follower of whatever blocks a test hands it. */
export const openFollowing = async (database: TestDatabase) => {
  const { db } = await database.open(MIGRATIONS);
  const log = pino({ level: 'silent' });
  let follower: Follower | undefined;
  const recordEvidence = createRecorder({
    clock: () => NOW_MS,
    random: (length) => new Uint8Array(randomBytes(length)),
  });

  const follow = (blocks: readonly Uint8Array[], options: FollowOptions = {}) => {
    const { again = true, projectors = [keepSites], ownRules } = options;
    const rules = { channel: CHANNEL, chaincode: CHAINCODE, ownRules };
    follower = startFollower({
      db,
      ledger: { follow: ({ from, signal }) => serve(blocks, Number(from), signal) },
      queue: { committed: () => undefined } as unknown as CommandQueue,
      log,
      genesisHash: Promise.resolve('00'),
      projectors,
      clock: () => NOW_MS,
      reexecute: again ? createReexecutor({ ...rules, clock: () => NOW_MS, recordEvidence, log }) : undefined,
      retryMs: { first: 5, most: 20 },
    });
    return follower;
  };

  return {
    db,
    fault: () => follower?.fault(),
    stop: () => follower?.stop(),
    /** Runs until so many blocks have been projected and, where they are run again, run again; then stops. */
    followAll: async (blocks: readonly Uint8Array[], options: FollowOptions = {}) => {
      const started = follow(await chained(blocks), options);
      await until('all blocks are taken in', async () => {
        const [row] = await db.select().from(ledgerReexecution);
        return started.height() === blocks.length && (options.again === false || row?.height === blocks.length);
      });
      await started.stop();
    },
    forget: async () => {
      for (const table of [
        endorsementAlarms,
        ledgerState,
        ledgerReexecution,
        ledgerPassedOver,
        ledgerCheckpoint,
        ledgerTransactions,
        evidence,
        sites,
      ])
        await db.delete(table);
    },
    alarms: () => db.select().from(endorsementAlarms),
    passedOver: () => passedOver(db),
    state: async () => sorted((await db.select().from(ledgerState)).map(({ key, value }) => [text(key), text(value)])),
  };
};
export type Following = Awaited<ReturnType<typeof openFollowing>>;

/** What the blocks wrote, by the last write of each key. */
export const written = (blocks: readonly Uint8Array[]): [string, string][] => {
  const values = new Map<string, string>();
  for (const { transactions } of blocks.map((bytes) => executedBlock(bytes, CHAINCODE)))
    for (const { key, value } of transactions.flatMap(({ writes }) => writes))
      if (value === undefined) values.delete(key);
      else values.set(key, text(value));
  return sorted([...values]);
};

export type ChangeAction = (action: ChaincodeAction) => ChaincodeAction;

export const withSets =
  (change: (set: ReadWriteSet) => Uint8Array): ChangeAction =>
  (action) => {
    const [set] = decodeReadWriteSets(action.readWriteSet, 'invalid_input');
    if (set === undefined) throw new Error('it writes');
    return { ...action, readWriteSet: change(set) };
  };
export const withWrites = (change: (writes: ReadWriteSet['writes']) => ReadWriteSet['writes']): ChangeAction =>
  withSets((set) => encodeReadWriteSet({ ...set, writes: change(set.writes) }));
const OTHER_VALUE = '{"owner":"qichuan"}';
/** The site of the forged block gets another owner. */
export const otherValue = withWrites((writes) =>
  writes.map(({ key, value }) =>
    key === stateKey.site(FORGED_SITE) ? { key, value: utf8(OTHER_VALUE) } : { key, value },
  ),
);
export const otherEvent: ChangeAction = (action) => ({
  ...action,
  event: action.event && {
    ...action.event,
    payload: canonicalBytes([{ name: 'site.registered', data: { site: FORGED_SITE, owner: 'qichuan' } }]),
  },
});

export const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const sorted = (entries: [string, string][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1));

async function* serve(blocks: readonly Uint8Array[], from: number, signal: AbortSignal): AsyncGenerator<FollowedBlock> {
  for (const bytes of blocks.slice(from)) yield await followBlock(bytes, CHAINCODE);
  if (!signal.aborted) await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
}
