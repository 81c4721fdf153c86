import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { EmbeddedLedger } from '@anlian/consortium/ledger';
import { BATCH_NAME, canonicalBytes, stateKey } from '@anlian/contracts';
import {
  type ChaincodeAction,
  concatBytes,
  decodeReadWriteSets,
  encodeReadWriteSet,
  executedBlock,
  type FollowedBlock,
  followBlock,
  messages,
  type ReadWriteSet,
  utf8,
} from '@anlian/sdk/ledger';
import { type Logger, pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../node/src/db/database.ts';
import { createRecorder } from '../../node/src/evidence/record.ts';
import { evidence } from '../../node/src/evidence/tables.ts';
import { type Follower, startFollower } from '../../node/src/ledger/follow.ts';
import type { Projector } from '../../node/src/ledger/project.ts';
import type { CommandQueue } from '../../node/src/ledger/queue.ts';
import { createReexecutor } from '../../node/src/ledger/reexecute.ts';
import {
  endorsementAlarms,
  ledgerCheckpoint,
  ledgerReexecution,
  ledgerState,
  ledgerTransactions,
} from '../../node/src/ledger/tables.ts';
import { sites } from '../../node/src/network/tables.ts';
import { connectAs, genesisWith, inProcess, openIn, temporaryDirectory } from '../support/embeddedLedger.ts';
import { askedIn, blockInstead } from '../support/endorsedBlock.ts';
import { CHAINCODE, CHANNEL, foundChannel, foundingGovernors, type Governor, signedBy } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { proposalOf } from '../support/rawLedger.ts';
import { until } from '../support/until.ts';

const MIGRATIONS = new URL('../../node/drizzle', import.meta.url).pathname;
const NOW_MS = Date.parse('2026-11-22T08:00:00.000Z');
/** Blocks of a founded channel of three; each site after them is one more. */
const FOUNDING = 4;
const SINGLE = 6;
/** Sites that share one transaction, in the last block. */
const BATCHED = 3;
const SITES = SINGLE + BATCHED;
const BLOCKS = FOUNDING + SINGLE + 1;

describe.each(eachDatabase)('a governor’s node that runs the blocks again ($name)', (database) => {
  const dir = temporaryDirectory();
  let governors: readonly [Governor, Governor, Governor];
  let embedded: EmbeddedLedger;
  let honest: readonly Uint8Array[];
  let db: Db;
  let follower: Follower | undefined;
  const log: Logger = pino({ level: 'silent' });

  beforeAll(async () => {
    governors = (await foundingGovernors()) as [Governor, Governor, Governor];
    embedded = await openIn(dir, await genesisWith(governors));
    const ledger = connectAs(governors[0], 'http://ledger', { fetch: inProcess(() => embedded) });
    await foundChannel(governors, ledger);
    for (let site = 0; site < SINGLE; site += 1)
      await ledger.submit(signedBy(governors[0], 'site:register', { site: `yard-${site}` }));
    await ledger.submitAll(
      Array.from({ length: BATCHED }, (_, at) =>
        signedBy(governors[0], 'site:register', { site: `yard-${SINGLE + at}` }),
      ),
    );
    honest = await Promise.all(Array.from({ length: BLOCKS }, (_, number) => embedded.block(number)));
    ({ db } = await database.open(MIGRATIONS));
  });
  beforeEach(async () => {
    for (const table of [
      endorsementAlarms,
      ledgerState,
      ledgerReexecution,
      ledgerCheckpoint,
      ledgerTransactions,
      evidence,
      sites,
    ])
      await db.delete(table);
  });
  afterEach(() => follower?.stop());
  afterAll(async () => {
    await embedded.close();
    rmSync(dir, { recursive: true });
  });

  /** An event that came twice would violate the primary key. */
  const keepSites: Projector = {
    'site.registered': async (tx, { site, owner }) => {
      await tx.insert(sites).values({ site, owner });
    },
  };
  const follow = (
    blocks: readonly Uint8Array[],
    { again = true, projectors = [keepSites] as readonly Projector[] } = {},
  ) => {
    const recordEvidence = createRecorder({
      clock: () => NOW_MS,
      random: (length) => new Uint8Array(randomBytes(length)),
    });
    follower = startFollower({
      db,
      ledger: { follow: ({ from, signal }) => serve(blocks, Number(from), signal) },
      queue: { committed: () => undefined } as unknown as CommandQueue,
      log,
      genesisHash: Promise.resolve('00'),
      projectors,
      clock: () => NOW_MS,
      reexecute: again
        ? createReexecutor({ channel: CHANNEL, chaincode: CHAINCODE, clock: () => NOW_MS, recordEvidence, log })
        : undefined,
      retryMs: { first: 5, most: 20 },
    });
    return follower;
  };
  /** Runs until so many blocks have been projected and, where they are run again, run again; then stops. */
  const followAll = async (blocks: readonly Uint8Array[], options: Parameters<typeof follow>[1] = {}) => {
    const started = follow(blocks, options);
    await until('all blocks are taken in', async () => {
      const [row] = await db.select().from(ledgerReexecution);
      return started.height() === blocks.length && (options.again === false || row?.height === blocks.length);
    });
    await started.stop();
  };
  const alarms = () => db.select().from(endorsementAlarms);
  const state = async () =>
    sorted((await db.select().from(ledgerState)).map(({ key, value }) => [text(key), text(value)]));
  /** What the blocks wrote, by the last write of each key. */
  const written = (blocks: readonly Uint8Array[]) => {
    const values = new Map<string, string>();
    for (const { transactions } of blocks.map((bytes) => executedBlock(bytes, CHAINCODE)))
      for (const { key, value } of transactions.flatMap(({ writes }) => writes))
        if (value === undefined) values.delete(key);
        else values.set(key, text(value));
    return sorted([...values]);
  };

  it('finds nothing in an honest chain, and makes the state of the ledger from it', async () => {
    await followAll(honest);
    expect(await alarms()).toEqual([]);
    expect(await db.select().from(evidence)).toEqual([]);
    expect(await state()).toEqual(written(honest));
    expect((await state()).length).toBeGreaterThan(SITES * 2);
    const { transactions } = executedBlock(honest.at(-1) as Uint8Array, CHAINCODE);
    expect(transactions.map(({ args }) => text(args[0] ?? new Uint8Array()))).toEqual([BATCH_NAME]);
    expect(await db.select().from(sites)).toHaveLength(SITES);
  });

  const FORGED = FOUNDING + 2;
  const forgedSite = () => stateKey.site('yard-2');
  const withSets =
    (change: (set: ReadWriteSet) => Uint8Array) =>
    (action: ChaincodeAction): ChaincodeAction => {
      const [set] = decodeReadWriteSets(action.readWriteSet, 'invalid_input');
      if (set === undefined) throw new Error('it writes');
      return { ...action, readWriteSet: change(set) };
    };
  const withWrites = (change: (writes: ReadWriteSet['writes']) => ReadWriteSet['writes']) =>
    withSets((set) => encodeReadWriteSet({ ...set, writes: change(set.writes) }));
  const otherEvent = (action: ChaincodeAction): ChaincodeAction => ({
    ...action,
    event: action.event && {
      ...action.event,
      payload: canonicalBytes([{ name: 'site.registered', data: { site: 'yard-2', owner: 'qichuan' } }]),
    },
  });
  const otherResult = (action: ChaincodeAction): ChaincodeAction => ({ ...action, payload: utf8('{"site":"yard-9"}') });
  const otherValue = withWrites((writes) =>
    writes.map(({ key, value }) =>
      key === forgedSite() ? { key, value: utf8('{"owner":"qichuan"}') } : { key, value },
    ),
  );
  const keyPolicy = withSets((set) => {
    const sets = messages.rwset.TxReadWriteSet.deserializeBinary(encodeReadWriteSet(set));
    const [namespace] = sets.getNsRwsetList();
    const kv = messages.kvrwset.KVRWSet.deserializeBinary(namespace?.getRwset_asU8() ?? new Uint8Array());
    const policy = new messages.kvrwset.KVMetadataWrite();
    policy.setKey(forgedSite());
    kv.addMetadataWrites(policy);
    namespace?.setRwset(kv.serializeBinary());
    return sets.serializeBinary();
  });

  it.each<[string, (action: ChaincodeAction) => ChaincodeAction, readonly string[]]>([
    ['another value', otherValue, ['writes']],
    ['a key more', withWrites((writes) => [...writes, { key: 'zone', value: utf8('{}') }]), ['writes']],
    ['a key less', withWrites((writes) => writes.slice(1)), ['writes']],
    ['a deletion', withWrites((writes) => [...writes, { key: 'zone', value: undefined }]), ['writes']],
    [
      'a key that no index takes',
      withWrites((writes) => [...writes, { key: 'z'.repeat(9_000), value: utf8('{}') }]),
      ['writes'],
    ],
    ['a key with a NUL', withWrites((writes) => [...writes, { key: 'zone\u0000', value: utf8('\u0000') }]), ['writes']],
    [
      'another namespace',
      withSets((set) => concatBytes(encodeReadWriteSet(set), encodeReadWriteSet({ ...set, namespace: 'other' }))),
      ['writes'],
    ],
    ['the policy of a key', keyPolicy, ['writes']],
    ['other events', otherEvent, ['events']],
    ['no events', (action) => ({ ...action, event: undefined }), ['events']],
    ['another result', otherResult, ['result']],
    ['another status', (action) => ({ ...action, status: 201 }), ['result']],
    ['everything otherwise', (action) => otherValue(otherEvent(otherResult(action))), ['writes', 'events', 'result']],
  ])('raises an alarm at %s, says who endorsed it, and goes on', async (_, change, differs) => {
    const { proposal, action } = askedIn(honest[FORGED] as Uint8Array);
    const [hengyuan, qichuan, zhengheng] = governors;
    const forged = await blockInstead(honest[FORGED] as Uint8Array, {
      proposal,
      action: change(action),
      endorsers: [zhengheng, hengyuan],
      pretended: [qichuan],
    });
    const blocks = honest.with(FORGED, forged);
    await followAll(blocks);
    expect(await alarms()).toMatchObject([
      {
        blockNumber: FORGED,
        txId: executedBlock(forged, CHAINCODE).transactions[0]?.txId,
        carriedBy: 'hengyuanMSP',
        endorsers: ['hengyuanMSP', 'zhenghengMSP'],
        differs,
        refusal: null,
      },
    ]);
    expect(follower?.fault()).toBeUndefined();
    expect((await db.select().from(sites)).map(({ site }) => site)).toContain(`yard-${SITES - 1}`);
  });

  it('keeps the evidence of an alarm, without any value of the ledger', async () => {
    const { proposal, action } = askedIn(honest[FORGED] as Uint8Array);
    const forged = { proposal, action: otherValue(action), endorsers: [governors[1]] };
    await followAll(honest.with(FORGED, await blockInstead(honest[FORGED] as Uint8Array, forged)));
    const [alarm] = await alarms();
    const [row] = await db.select().from(evidence);
    expect(row).toMatchObject({ kind: 'endorsement-alarm', evidence: alarm?.evidence });
    expect(JSON.parse(row?.record ?? '')).toMatchObject({
      v: 1,
      kind: 'endorsement-not-reproduced',
      differs: ['writes'],
    });
    expect(row?.record).not.toContain('yard-2');
  });

  it('goes on with what the block wrote, so that what follows from it is no second alarm', async () => {
    const { proposal, action } = askedIn(honest[FORGED] as Uint8Array);
    const forged = { proposal, action: otherValue(action), endorsers: [governors[1]] };
    const blocks = honest.with(FORGED, await blockInstead(honest[FORGED] as Uint8Array, forged));
    await followAll(blocks);
    expect(await alarms()).toHaveLength(1);
    expect(await state()).toEqual(written(blocks));
    expect(Object.fromEntries(await state())[forgedSite()]).toBe('{"owner":"qichuan"}');
  });

  it('raises an alarm at what the rules refuse, with their code', async () => {
    const { action } = askedIn(honest[FORGED] as Uint8Array);
    const again = await proposalOf(governors[0], signedBy(governors[0], 'site:register', { site: 'yard-0' }));
    const forged = {
      proposal: again.bytes,
      action: { ...action, event: undefined },
      endorsers: [governors[1], governors[2]],
    };
    await followAll(honest.with(FORGED, await blockInstead(honest[FORGED] as Uint8Array, forged)));
    expect(await alarms()).toMatchObject([
      { endorsers: ['qichuanMSP', 'zhenghengMSP'], differs: ['refusal'], refusal: 'already_exists' },
    ]);
  });

  it('raises an alarm when another chaincode writes keys of ours, which no rule did', async () => {
    const { action } = askedIn(honest[FORGED] as Uint8Array);
    const other = await proposalOf(governors[0], signedBy(governors[0], 'site:register', { site: 'yard-0' }), {
      chaincode: 'other',
    });
    const forged = { proposal: other.bytes, action: { ...action, chaincode: 'other' }, endorsers: [governors[1]] };
    await followAll(honest.with(FORGED, await blockInstead(honest[FORGED] as Uint8Array, forged)));
    expect(await alarms()).toMatchObject([{ blockNumber: FORGED, endorsers: ['qichuanMSP'], differs: ['writes'] }]);
  });

  it('names nobody by a certificate that no member of the channel issued', async () => {
    const { proposal, action } = askedIn(honest[FORGED] as Uint8Array);
    const [stranger] = (await foundingGovernors()) as [Governor];
    const forged = { proposal, action: otherValue(action), endorsers: [stranger, governors[1]] };
    await followAll(honest.with(FORGED, await blockInstead(honest[FORGED] as Uint8Array, forged)));
    expect(await alarms()).toMatchObject([{ endorsers: ['qichuanMSP'] }]);
  });

  const withForged = async () => {
    const { proposal, action } = askedIn(honest[FORGED] as Uint8Array);
    const forged = { proposal, action: otherValue(action), endorsers: [governors[1]] };
    return honest.with(FORGED, await blockInstead(honest[FORGED] as Uint8Array, forged));
  };

  it.each(Array.from({ length: BLOCKS }, (_, stop) => stop + 1))(
    'neither repeats nor loses anything when it is stopped after %i blocks',
    async (stop) => {
      const blocks = await withForged();
      await followAll(blocks.slice(0, stop));
      await followAll(blocks);
      expect(await alarms()).toHaveLength(1);
      expect(await state()).toEqual(written(blocks));
      expect(await db.select().from(sites)).toHaveLength(SITES);
    },
  );

  it('keeps alarm, state and projection together when the database fails in the midst', async () => {
    const blocks = await withForged();
    let failures = 0;
    const failing: Projector = {
      'site.registered': async (_tx, { site }) => {
        if (site !== 'yard-2' || failures >= 3) return;
        failures += 1;
        throw new Error('no');
      },
    };
    await followAll(blocks, { projectors: [keepSites, failing] });
    expect(failures).toBe(3);
    expect(await alarms()).toHaveLength(1);
    expect(await db.select().from(evidence)).toHaveLength(1);
    expect(await state()).toEqual(written(blocks));
  });

  it('runs nothing again that it has run, though the blocks come again', async () => {
    const blocks = await withForged();
    await followAll(blocks);
    for (const table of [ledgerCheckpoint, ledgerTransactions, sites]) await db.delete(table);
    await followAll([...blocks]);
    expect(await alarms()).toHaveLength(1);
    expect(await state()).toEqual(written(blocks));
    expect(await db.select().from(sites)).toHaveLength(SITES);
  });

  it('runs again what was projected before it began to do so, and projects nothing twice', async () => {
    const blocks = await withForged();
    await followAll(blocks.slice(0, FORGED + 2), { again: false });
    expect(await alarms()).toEqual([]);
    await followAll(blocks);
    expect(await alarms()).toMatchObject([{ blockNumber: FORGED }]);
    expect(await db.select().from(sites)).toHaveLength(SITES);
    expect(await state()).toEqual(written(blocks));
  });
});

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const sorted = (entries: [string, string][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1));

async function* serve(blocks: readonly Uint8Array[], from: number, signal: AbortSignal): AsyncGenerator<FollowedBlock> {
  for (const bytes of blocks.slice(from)) yield await followBlock(bytes, CHAINCODE);
  if (!signal.aborted) await new Promise((ended) => signal.addEventListener('abort', ended, { once: true }));
}
