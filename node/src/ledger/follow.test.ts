import { AnlianError, type AnyLedgerEvent, type SignedCommand } from '@anlian/contracts';
import { DrizzleQueryError } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { until } from '../../../test/support/until.ts';
import { sites } from '../network/tables.ts';
import { CLERK, openBench, type QueueBench } from './fixtures/queueBench.ts';
import { type ScriptedLedger, scriptedLedger, transactionOf } from './fixtures/scriptedLedger.ts';
import { type Follower, type Projector, startFollower } from './follow.ts';
import { ledgerTransactions } from './tables.ts';

const registered = (site: string): AnyLedgerEvent => ({ name: 'site.registered', data: { site, owner: CLERK.org } });

describe.each(eachDatabase.slice(0, 1))('following the ledger ($name)', (database) => {
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
  const start = async (...projectors: Projector[]) => {
    const { db, queue, log, time } = bench;
    follower = await startFollower({
      db,
      ledger,
      queue,
      log,
      genesisHash: '00',
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
    const { fault } = await start(failing);
    await until('a second attempt', () => faults >= 2);
    expect(fault()?.code).toBe('internal_error');
    expect(await keptSites()).toEqual(['yard-0']);
    broken = false;
    await reached(3);
    expect(fault()).toBeUndefined();
    expect(await keptSites()).toEqual(['yard-0', 'yard-1', 'yard-2']);
    expect(ledger.followedFrom).toEqual([0, ...Array(faults).fill(1)]);
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
      await start();
      await reached(3);
      expect(await keptSites()).toEqual(['yard-0', 'yard-1', 'yard-2']);
      expect(ledger.followedFrom).toEqual([0, 0, 2]);
    },
  );

  it('ends at a ledger that contradicts itself', async () => {
    await chain(1);
    ledger.breaks.push({ afterBlocks: 1, error: new AnlianError('ledger_corrupt') });
    const { fault } = await start();
    await until('the fault', () => fault() !== undefined);
    await until('the log', () => bench.logged.some((line) => JSON.parse(line).level === 60));
    expect(fault()?.code).toBe('ledger_corrupt');
    expect(ledger.followedFrom).toEqual([0]);
  });

  it.each(['', 'x', 'a.b.c', 'e30.e30.e30', 'e30.W10.', `e30.${Buffer.from('{"org":7}').toString('base64url')}.e30`])(
    'passes a valid transaction whose actor token cannot be read (%j)',
    async (actor) => {
      const signed = await chain(1);
      ledger.append(transactionOf({ ...signed, actor }));
      ledger.append(transactionOf(signed));
      await start();
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
    await start();
    await reached(2);
    expect(await bench.queue.receipt(signed.command.commandId)).toMatchObject({ state: 'queued', txId: null });
  });

  it('settles a command once, however often the ledger repeats it', async () => {
    const signed = await bench.signed(await bench.put('yard-1'));
    const first = transactionOf(signed, [registered('yard-1')]);
    ledger.append(first);
    ledger.append(transactionOf(signed));
    await start();
    await reached(2);
    expect(await bench.queue.receipt(signed.command.commandId)).toMatchObject({ state: 'committed', txId: first.txId });
    expect(await keptSites()).toEqual(['yard-1']);
  });
});
