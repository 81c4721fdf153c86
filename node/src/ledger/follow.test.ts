import { AnlianError, type AnyLedgerEvent, type SignedCommand } from '@anlian/contracts';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { until } from '../../../test/support/until.ts';
import type { NodeDeps } from '../deps.ts';
import { sites } from '../network/tables.ts';
import { type Operations, operationsRoutes } from '../operations/routes.ts';
import { CLERK, openBench, type QueueBench } from './fixtures/queueBench.ts';
import { type ScriptedLedger, scriptedLedger, transactionOf } from './fixtures/scriptedLedger.ts';
import { type Follower, type FollowerDeps, startFollower } from './follow.ts';
import type { Projector } from './project.ts';
import { ledgerCheckpoint, ledgerTransactions } from './tables.ts';

const registered = (site: string): AnyLedgerEvent => ({ name: 'site.registered', data: { site, owner: CLERK.org } });

describe.each(eachDatabase)('following the ledger ($name)', (database) => {
  let bench: QueueBench;
  let ledger: ScriptedLedger;
  let follower: Follower | undefined;

  beforeAll(async () => {
    bench = await openBench(database);
  });
  beforeEach(async () => {
    await bench.clear();
    ledger = scriptedLedger();
  });
  afterEach(async () => {
    await follower?.stop();
  });

  /** Keeps each site once: an event that came twice would violate the primary key. */
  const keepSites: Projector = {
    'site.registered': async (tx, { site, owner }) => {
      await tx.insert(sites).values({ site, owner });
    },
  };
  const start = (...projectors: Projector[]) => startOn('00', ...projectors);
  const startOn = (genesisHash: string | Promise<string | undefined>, ...projectors: Projector[]) =>
    startWith({}, genesisHash, ...projectors);
  const startWith = (
    deps: Pick<FollowerDeps, 'reexecute'>,
    genesisHash: string | Promise<string | undefined>,
    ...projectors: Projector[]
  ) => {
    const { db, queue, log, time } = bench;
    follower = startFollower({
      ...deps,
      db,
      ledger,
      queue,
      log,
      genesisHash: Promise.resolve(genesisHash),
      projectors: [keepSites, ...projectors],
      clock: () => time.ms,
      retryMs: { first: 5, most: 20 },
    });
    return follower;
  };
  const chain = async (count: number): Promise<SignedCommand> => {
    const signed = await bench.signed(await bench.put('yard-9'));
    for (let number = 0; number < count; number += 1)
      ledger.append(
        transactionOf({ ...signed, command: { ...signed.command, commandId: other(number) } }, [
          registered(`yard-${number}`),
        ]),
      );
    return signed;
  };
  const other = (number: number) => `cmd_${String(number).padStart(32, '0')}`;
  const keptSites = async () => (await bench.db.select().from(sites)).map(({ site }) => site).sort();
  const reached = (height: number) =>
    until(`height ${height}`, () => follower?.height() === height, { withinMs: 20_000 });

  const readyz = async () => {
    const { db } = bench;
    const height = () => follower?.height() ?? 0;
    const operations = {
      followFault: () => follower?.fault(),
      ledgerReachable: () => true,
      awaitedCosignatures: () => undefined,
    };
    const response = await operationsRoutes(
      { db, height } as unknown as NodeDeps,
      operations as unknown as Operations,
    ).request('/readyz');
    return { status: response.status, ...((await response.json()) as object) };
  };

  describe('beginning', () => {
    const checkpoint = (name: string, as: string) => bench.db.execute(sql.raw(`alter table ${name} rename to ${as}`));
    const keep = (genesisHash: string) => bench.db.insert(ledgerCheckpoint).values({ id: 1, height: 1, genesisHash });

    it.each(['a new database', 'one that has followed'])(
      'on %s goes on after a fault of the very first read, and is not ready until then',
      async (which) => {
        await chain(2);
        if (which !== 'a new database') await keep('00');
        await checkpoint('ledger_checkpoint', 'mislaid');
        try {
          const { fault } = start();
          await until('a second attempt', () => bench.logged.length >= 2);
          expect(fault()?.code).toBe('internal_error');
          expect(await readyz()).toMatchObject({ status: 503, database: true, following: false });
        } finally {
          await checkpoint('mislaid', 'ledger_checkpoint');
        }
        await reached(2);
        expect(await readyz()).toMatchObject({ status: 200, following: true, height: 2 });
        expect(await keptSites()).toEqual(which === 'a new database' ? ['yard-0', 'yard-1'] : ['yard-1']);
      },
    );

    it('is over when it has succeeded, though no block comes', async () => {
      await checkpoint('ledger_checkpoint', 'mislaid');
      const { fault } = start();
      await until('an attempt', () => bench.logged.length >= 1).finally(() =>
        checkpoint('mislaid', 'ledger_checkpoint'),
      );
      await until('ready', () => fault() === undefined);
      expect(ledger.followedFrom).toEqual([0]);
    });

    it('of a new database waits until the ledger says who it is, and is not ready until then', async () => {
      await chain(1);
      const told = Promise.withResolvers<string>();
      startOn(told.promise);
      expect(await readyz()).toMatchObject({ status: 503, following: false });
      expect(ledger.followedFrom).toEqual([]);
      told.resolve('00');
      await reached(1);
      expect(await readyz()).toMatchObject({ status: 200 });
    });

    it('of one that has followed is ready while the ledger is away', async () => {
      await keep('00');
      startOn(new Promise(() => {}));
      await until('ready', async () => (await readyz()).status === 200);
      expect(ledger.followedFrom).toEqual([]);
    });

    it('ends at another chain than the database followed', async () => {
      await chain(2);
      await keep('11');
      const { fault } = start();
      await until('the fault', () => fault()?.code === 'ledger_corrupt');
      expect(ledger.followedFrom).toEqual([]);
      expect(await readyz()).toMatchObject({ status: 503 });
    });
  });

  describe('after a while in which the ledger was out of sight', () => {
    const followTwo = async () => {
      await chain(2);
      start();
      await reached(2);
      await follower?.stop();
    };
    const rewritten = async (count: number) => {
      ledger = scriptedLedger('another');
      await chain(count);
    };

    it('tells the ledger which block it ended at, and goes on', async () => {
      await followTwo();
      ledger.append(transactionOf(await bench.signed(await bench.put('yard-9')), [registered('yard-2')]));
      start();
      await reached(3);
      const [, after] = ledger.followedAfter;
      expect([ledger.followedFrom, Buffer.from(after ?? []).toString()]).toEqual([[0, 2], 'one 1']);
    });

    it.each([
      ['at the next block', {}],
      ['at the last one, which it sees again to run it', { reexecute: async () => undefined }],
    ])('ends at a history that was changed meanwhile, %s', async (_, deps) => {
      await followTwo();
      await rewritten(4);
      const { fault } = startWith(deps, '00');
      await until('the fault', () => fault()?.code === 'ledger_corrupt');
      expect(fault()).toMatchObject({ field: 'block 1', detail: expect.stringContaining('followed before') });
      expect(await keptSites()).toEqual(['yard-0', 'yard-1']);
      expect(await readyz()).toMatchObject({ status: 503, following: false, height: 2 });
    });

    it('goes on where the hash was not kept, and keeps it from then on', async () => {
      await followTwo();
      await bench.db.update(ledgerCheckpoint).set({ blockHash: null });
      await rewritten(3);
      start();
      await reached(3);
      expect(ledger.followedAfter).toEqual([undefined]);
      const [kept] = await bench.db.select().from(ledgerCheckpoint);
      expect(Buffer.from(kept?.blockHash ?? '', 'hex').toString()).toBe('another 2');
    });
  });

  it('goes on after a fault of the database, and shows it until then', async () => {
    await chain(3);
    let broken = true;
    let faults = 0;
    const failing = {
      'site.registered': async (_tx: unknown, { site }: { site: string }) => {
        if (site !== 'yard-1' || !broken) return;
        faults += 1;
        throw new DrizzleQueryError(
          'insert into workers values ($1)',
          ['13800000000'],
          new Error('13800000000\n    at 13800000000'),
        );
      },
    } satisfies Projector;
    const { fault } = start(failing);
    await until('a second attempt', () => faults >= 2);
    expect(fault()?.code).toBe('internal_error');
    expect(await keptSites()).toEqual(['yard-0']);
    broken = false;
    await reached(3);
    expect(fault()).toBeUndefined();
    expect(await keptSites()).toEqual(['yard-0', 'yard-1', 'yard-2']);
    expect([...new Set(ledger.followedFrom)]).toEqual([0, 1]);
    expect(bench.logged.join()).toContain('follow.test.ts');
    expect(bench.logged.join()).not.toContain('13800000000');
  });

  it.each(['ledger_unavailable', 'forbidden', 'invalid_input'] as const)(
    'goes on where it was when the ledger breaks off with %s',
    async (code) => {
      await chain(3);
      ledger.breaks.push(
        { afterBlocks: 0, error: new AnlianError(code) },
        { afterBlocks: 2, error: new TypeError('line') },
      );
      start();
      await reached(3);
      expect(await keptSites()).toEqual(['yard-0', 'yard-1', 'yard-2']);
      expect(ledger.followedFrom).toEqual([0, 0, 2]);
    },
  );

  it.each(['ledger_unavailable', 'rate_limited', 'forbidden'] as const)(
    'has no fault of its own when the line broke with %s and no block came since',
    async (code) => {
      await chain(1);
      ledger.breaks.push({ afterBlocks: 1, error: new AnlianError(code) });
      const { fault } = start();
      await until('the line is open again', () => ledger.followedFrom.length === 2);
      expect(ledger.followedFrom).toEqual([0, 1]);
      expect(fault()).toBeUndefined();
    },
  );

  it('ends at a ledger that contradicts itself', async () => {
    await chain(1);
    ledger.breaks.push({ afterBlocks: 1, error: new AnlianError('ledger_corrupt') });
    const { fault } = start();
    await until('the fault', () => fault() !== undefined);
    const told = await until('the log', () =>
      bench.logged.map((line) => JSON.parse(line)).find(({ level }) => level === 60),
    );
    expect(told).toMatchObject({ code: 'ledger_corrupt', height: 1, msg: expect.stringContaining('restart') });
    expect(await readyz()).toMatchObject({ status: 503, following: false, fault: 'ledger_corrupt', height: 1 });
    expect(fault()?.code).toBe('ledger_corrupt');
    expect(ledger.followedFrom).toEqual([0]);
  });

  it.each(['', 'x', 'a.b.c', 'e30.e30.e30', 'e30.W10.', `e30.${Buffer.from('{"org":7}').toString('base64url')}.e30`])(
    'passes a valid transaction whose actor token cannot be read (%j)',
    async (actor) => {
      const signed = await chain(1);
      ledger.append(transactionOf({ ...signed, actor }));
      ledger.append(transactionOf(signed));
      start();
      await reached(3);
      expect(await bench.db.select().from(ledgerTransactions)).toHaveLength(2);
      expect(await bench.queue.receipt(signed.command.commandId)).toMatchObject({ state: 'committed', blockNumber: 2 });
    },
  );

  it('does not settle an own command by another’s of the same id', async () => {
    const signed = await bench.signed(await bench.put('yard-1'));
    const [header, claims, signature] = signed.actor.split('.') as [string, string, string];
    const foreign = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), org: 'qichuan' };
    const actor = [header, Buffer.from(JSON.stringify(foreign)).toString('base64url'), signature].join('.');
    ledger.append(transactionOf({ ...signed, actor }));
    ledger.append(
      transactionOf({
        ...signed,
        command: { ...signed.command, args: { site: 'yard-2' } } as SignedCommand['command'],
      }),
    );
    start();
    await reached(2);
    expect(await bench.queue.receipt(signed.command.commandId)).toMatchObject({ state: 'queued', txId: null });
  });

  it('settles a command once, however often the ledger repeats it', async () => {
    const signed = await bench.signed(await bench.put('yard-1'));
    const first = transactionOf(signed, [registered('yard-1')]);
    ledger.append(first);
    ledger.append(transactionOf(signed));
    start();
    await reached(2);
    expect(await bench.queue.receipt(signed.command.commandId)).toMatchObject({ state: 'committed', txId: first.txId });
    expect(await keptSites()).toEqual(['yard-1']);
  });
});
