import { AnlianError, type ErrorCode, type SignedCommand } from '@anlian/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { until } from '../../../test/support/until.ts';
import type { Caller } from '../http/caller.ts';
import { CLERK, MACHINE, openBench, type QueueBench } from './fixtures/queueBench.ts';
import { type ScriptedLedger, scriptedLedger } from './fixtures/scriptedLedger.ts';
import { readActor } from './readActor.ts';
import { startSubmitter } from './submit.ts';
import { ledgerCommands } from './tables.ts';

const RETRY_MS = { first: 5, most: 20 };

type Refuse = (signed: SignedCommand) => ErrorCode | undefined;
const takeAll: Refuse = () => undefined;

describe.each(eachDatabase)('commands on their way to the ledger ($name)', (database) => {
  let bench: QueueBench;
  let ledger: ScriptedLedger;
  const running: { stop: () => Promise<void> }[] = [];

  beforeAll(async () => {
    bench = await openBench(database);
  });
  beforeEach(async () => {
    await bench.clear();
    ledger = scriptedLedger();
  });
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.stop();
  });

  const start = async ({ inFlight = 8, refuse = takeAll, retryMs = RETRY_MS } = {}) => {
    running.push(bench.follow(ledger, RETRY_MS), submit({ inFlight, refuse, retryMs }));
  };
  const submit = ({ inFlight = 8, refuse = takeAll, retryMs = RETRY_MS } = {}) =>
    startSubmitter({
      queue: bench.queue,
      ledger: {
        submit: async (signed, options) => {
          const code = refuse(signed);
          if (code !== undefined) throw new AnlianError(code);
          return ledger.submit(signed, options);
        },
      },
      log: bench.log,
      inFlight,
      resignMachine: (row) => bench.queue.resign(MACHINE, row.commandId),
      retryMs,
    });
  const states = async () => (await bench.rows()).map((row) => row.state);
  const committed = (count: number) =>
    until('committed', async () => (await states()).filter((state) => state === 'committed').length === count);
  const arrivedIds = () => ledger.arrived.map(({ command }) => command.commandId);

  it.each(['away', 'lose the answer'] as const)(
    'sends the same command again when the line fails (%s)',
    async (how) => {
      ledger.script.push(how);
      const commandId = await bench.put('yard-1');
      await start();
      await committed(1);
      if (how === 'away') expect(arrivedIds()).toEqual([commandId, commandId]);
      expect(new Set(arrivedIds())).toEqual(new Set([commandId]));
      expect(await bench.queue.receipt(commandId)).toMatchObject({ state: 'committed', error: null });
    },
  );

  it('keeps the order within a subject through failures', async () => {
    ledger.script.push('take', 'away', 'away');
    const ids: string[] = [];
    for (let made = 0; made < 4; made += 1) ids.push(await bench.put('yard-1'));
    await start();
    await committed(4);
    expect([...new Set(arrivedIds())]).toEqual(ids);
  });

  it('holds back the later commands of a subject whose first one waits for a signature, and no others', async () => {
    ledger.script.push('expired');
    const overdue = await bench.put('yard-1');
    const later = await bench.put('yard-1');
    await start();
    await until('overdue', async () => (await states())[0] === 'needs_signature');
    const other = await bench.put('yard-2');
    bench.queue.wake();
    await committed(1);
    expect(await states()).toEqual(['needs_signature', 'queued', 'committed']);
    expect(arrivedIds()).toEqual([overdue, other]);

    await bench.queue.resign(CLERK, overdue);
    await committed(3);
    expect(arrivedIds()).toEqual([overdue, other, overdue, later]);
  });

  it('lets what was held back go as soon as the command before it is seen on the ledger', async () => {
    ledger.script.push('expired');
    const overdue = await bench.put('yard-1');
    await bench.put('yard-1');
    await start();
    await until('overdue', async () => (await states())[0] === 'needs_signature');
    await ledger.submit(await bench.signed(overdue));
    await committed(2);
  });

  it('does not let one member’s unsigned command hold back another member’s', async () => {
    const tenant: Caller = { ...CLERK, org: 'dinggu' };
    const own = await bench.put('yard-1');
    await bench.db.update(ledgerCommands).set({ state: 'needs_signature' });
    await bench.db.insert(ledgerCommands).values({
      ...(({ seq: _, ...row }) => row)((await bench.rows())[0] as QueueRow),
      commandId: own.replace(/.$/, own.endsWith('0') ? '1' : '0'),
      org: tenant.org,
      state: 'queued',
    });
    expect((await bench.queue.waiting(10)).map((row) => row.org)).toEqual(['dinggu']);
  });

  it.each(['submitter_unknown', 'clock_skew', 'read_conflict'] as const)(
    'lets the others go while more commands than fit at once keep failing with %s',
    async (code) => {
      for (let made = 0; made < 20; made += 1) await bench.put(`stuck-${made}`);
      const good = await bench.put('yard-1');
      let isOver = false;
      await start({
        inFlight: 2,
        // Long enough for all of them to fail once.
        retryMs: { first: 500, most: 500 },
        refuse: ({ command }) => (!isOver && JSON.stringify(command.args).includes('stuck') ? code : undefined),
      });
      await committed(1);
      expect(arrivedIds()).toEqual([good]);
      isOver = true;
      await committed(21);
    },
  );

  it('does not let a tenant’s command on its way hold up its host’s of the same subject', async () => {
    const tenants = await bench.put('yard-1', { ...CLERK, org: 'dinggu' });
    const own = await bench.put('yard-1');
    ledger.script.push('keep from the followers');
    await start();
    await committed(1);
    expect(arrivedIds()).toEqual([tenants, own]);
  });

  it('keeps a command through a sign-in that its carrier does not take yet', async () => {
    ledger.script.push('unauthenticated', 'unauthenticated');
    const commandId = await bench.put('yard-1');
    await start();
    await committed(1);
    expect(arrivedIds()).toEqual([commandId, commandId, commandId]);
  });

  it('asks for a new signature for what was signed while the node’s clock was ahead', async () => {
    const { time } = bench;
    const now = time.ms;
    time.ms = now + 86_400_000;
    const persons = await bench.put('yard-1');
    await bench.put('yard-2', MACHINE);
    time.ms = now;
    await start();
    await committed(1);
    expect(await states()).toEqual(['needs_signature', 'committed']);
    await bench.queue.resign(CLERK, persons);
    await committed(2);
    expect(readActor(ledger.arrived.at(-1)?.actor ?? '')).toMatchObject({ iat: Math.floor(now / 1000) });
  });

  it('keeps the instant of first acceptance through every new signature', async () => {
    const commandId = await bench.put('yard-1');
    const first = readActor((await bench.signed(commandId)).actor)?.iat ?? 0;
    for (const days of [4, 8]) {
      await bench.queue.overdue(commandId);
      bench.time.ms += days * 86_400_000;
      await bench.queue.resign(CLERK, commandId);
    }
    const claims = readActor((await bench.signed(commandId)).actor);
    expect(claims).toMatchObject({ accepted: first, iat: first + 12 * 86_400 });
  });

  it.each([
    ['a vote', 5 * 60, () => bench.vote()],
    ['anything else', 72 * 3600, () => bench.put('yard-1')],
  ])(
    'lets %s that waits for more than %i s wait for its person, also while the ledger is away',
    async (_, lifeS, put) => {
      const commandId = await put();
      const tolerance = 120_000;
      bench.time.ms += lifeS * 1000 + tolerance - 1;
      ledger.script.push(...Array<'away'>(1000).fill('away'));
      await start();
      await until('two attempts', () => ledger.arrived.length >= 2);
      expect(await states()).toEqual(['queued']);
      bench.time.ms += 1;
      await until('overdue', async () => (await states())[0] === 'needs_signature');

      ledger.script.length = 0;
      await bench.queue.resign(CLERK, commandId);
      await committed(1);
      expect(new Set(arrivedIds())).toEqual(new Set([commandId]));
    },
  );

  it('signs a machine’s command again that ran out while the ledger was away', async () => {
    const commandId = await bench.put('yard-1', MACHINE);
    const first = (await bench.signed(commandId)).actor;
    bench.time.ms += 73 * 3_600_000;
    await start();
    await committed(1);
    expect(ledger.arrived.map(({ actor }) => actor)).not.toContain(first);
    expect(arrivedIds()).toEqual([commandId]);
  });

  it('is final for a member that was expelled, and frees the subject', async () => {
    ledger.script.push('member_expelled');
    const refused = await bench.put('yard-1');
    const next = await bench.put('yard-1');
    await start();
    await committed(1);
    expect(arrivedIds()).toEqual([refused, next]);
    expect(await bench.queue.receipt(refused)).toMatchObject({ state: 'refused', error: { code: 'member_expelled' } });
  });

  it('is not final where only whoever carries it has no standing', async () => {
    ledger.script.push('submitter_unknown', 'submitter_unknown');
    const commandId = await bench.put('yard-1');
    await start();
    await committed(1);
    expect(arrivedIds()).toEqual([commandId, commandId, commandId]);
  });

  it.each(['configuration_invalid', 'ledger_corrupt', 'duplicate_transaction', 'endorsement_invalid'] as const)(
    'is not final for %s, which is no fault of the command',
    async (code) => {
      ledger.script.push(code, code);
      const commandId = await bench.put('yard-1');
      await start();
      await committed(1);
      expect(arrivedIds()).toEqual([commandId, commandId, commandId]);
    },
  );

  it('signs a machine’s overdue command again by itself', async () => {
    ledger.script.push('expired');
    const commandId = await bench.put('yard-1', MACHINE);
    await start();
    await committed(1);
    expect(arrivedIds()).toEqual([commandId, commandId]);
  });

  it('reaches every subject behind a long row of one busy subject', async () => {
    for (let made = 0; made < 40; made += 1) await bench.put('yard-1');
    const other = await bench.put('yard-2');
    ledger.script.push('keep from the followers');
    running.push(submit({ inFlight: 2 }));
    await until('the other subject', () => arrivedIds().includes(other));
    expect(arrivedIds()).toHaveLength(2);
  });

  it('stops at once while a command waits to be seen on the ledger', async () => {
    ledger.script.push('keep from the followers');
    await bench.put('yard-1');
    const submitter = submit();
    await until('sent', () => ledger.arrived.length === 1);
    await submitter.stop();
    expect(await states()).toEqual(['queued']);
  });
});

type QueueRow = typeof ledgerCommands.$inferSelect;
