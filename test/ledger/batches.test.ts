import { AnlianError, canonicalBytes, type SignedCommand } from '@anlian/contracts';
import type { FollowedTransaction, Ledger } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NodeDeps } from '../../node/src/deps.ts';
import { proveTransaction } from '../../node/src/evidence/proof.ts';
import { CLERK, openBench, type QueueBench } from '../../node/src/ledger/fixtures/queueBench.ts';
import { startSubmitter } from '../../node/src/ledger/submit.ts';
import type { OpenedLedger } from '../conformance/ledger.ts';
import { CHAINCODE, CHANNEL, foundChannel, freshId, type Governor, signedBy } from '../support/governors.ts';
import { blocksOf } from '../support/governorsLedger.ts';
import { openInProcess } from '../support/openedLedgers.ts';
import { eachDatabase } from '../support/postgres.ts';
import { trustFileOf } from '../support/trustFile.ts';
import { until } from '../support/until.ts';

const RETRY_MS = { first: 5, most: 20 };
const HOUR_MS = 3_600_000;
const MANAGER = { ...CLERK, roles: ['safety_manager' as const] };

type Way = Pick<Ledger, 'submit' | 'submitAll'>;

describe.each(eachDatabase)('a node’s queue on a real ledger ($name)', (database) => {
  let bench: QueueBench;
  let opened: OpenedLedger;
  let ledger: Ledger;
  let other: Governor;
  let sites = 0;
  const running: { stop: () => Promise<void> }[] = [];
  /** How many commands each submission held. */
  let sent: number[] = [];

  beforeAll(async () => {
    bench = await openBench(database);
    opened = await openInProcess();
    const [first, second, third] = opened.governors as [Governor, Governor, Governor];
    other = second;
    const { privateKey, descriptor } = bench.actor;
    const own = { ...first, actor: privateKey, descriptor: { ...first.descriptor, keys: [descriptor] } };
    ledger = opened.connect(own);
    await foundChannel([own, second, third], ledger);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    await bench.clear();
    bench.time.ms = Date.now();
    sent = [];
  });
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.stop();
  });

  const follow = () => running.push(bench.follow(ledger, RETRY_MS));
  const counted = (way: Way): Way => ({
    submit: (signed, options) => {
      sent.push(1);
      return way.submit(signed, options);
    },
    submitAll: (signed, options) => {
      sent.push(signed.length);
      return way.submitAll(signed, options);
    },
  });
  const submit = (way: Way = ledger, inFlight = 8) => {
    const submitter = startSubmitter({
      queue: bench.queue,
      ledger: counted(way),
      log: bench.log,
      inFlight,
      resignMachine: async () => undefined,
      retryMs: RETRY_MS,
    });
    running.push(submitter);
    return submitter;
  };
  const newSite = () => {
    sites += 1;
    return `quay-${sites}`;
  };
  const put = async (names: readonly string[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const name of names) ids.push(await bench.put(name, MANAGER));
    bench.queue.wake();
    return ids;
  };
  const many = (count: number) => Array.from({ length: count }, newSite);
  const settled = () =>
    until('all are settled', async () => (await bench.rows()).every(({ state }) => state !== 'queued'));
  const states = async () => (await bench.rows()).map(({ state }) => state);
  const sharing = async () => [...new Set((await bench.rows()).flatMap(({ txId }) => txId ?? []))];
  const onLedger = async (ids: readonly string[]): Promise<FollowedTransaction[]> =>
    (await blocksOf(ledger))
      .flatMap(({ txs }) => txs)
      .filter(({ code, command }) => code === 'VALID' && ids.includes(command.command.commandId));

  it('sends what waits together in one transaction, in the order in which it was made', async () => {
    const ids = await put(many(20));
    follow();
    submit();
    await settled();
    expect(sent).toEqual([20]);
    expect(await sharing()).toHaveLength(1);
    expect((await onLedger(ids)).map(({ command }) => command.command.commandId)).toEqual(ids);
    for (const row of await bench.rows())
      expect(row).toMatchObject({ state: 'committed', result: JSON.parse(row.command).args });
  });

  it('sends what waits alone at once and alone', async () => {
    follow();
    submit();
    await put(many(1));
    await settled();
    expect(sent).toEqual([1]);
  });

  it('settles one refusal among twenty as its own, and commits the others', async () => {
    const names = many(20);
    await ledger.submit(signedBy(other, 'site:register', { site: names[7] ?? '' }));
    await put(names);
    follow();
    submit();
    await settled();
    const rows = await bench.rows();
    expect(rows[7]).toMatchObject({ state: 'refused', errorCode: 'already_exists', errorField: '/args/site' });
    expect(rows.filter((_, at) => at !== 7).map(({ state }) => state)).toEqual(Array(19).fill('committed'));
    expect(await sharing()).toHaveLength(1);
  });

  it('keeps the order within a subject: what follows on waits for what is before it', async () => {
    const [site, ...rest] = many(5);
    const ids = await put([site ?? '', site ?? '', ...rest]);
    follow();
    submit();
    await settled();
    expect(await states()).toEqual(['committed', 'refused', 'committed', 'committed', 'committed', 'committed']);
    expect((await onLedger(ids)).map(({ command }) => command.command.commandId)).toEqual(
      ids.filter((_, at) => at !== 1),
    );
  });

  it('holds up nobody for one whose signature is too old', async () => {
    bench.time.ms = Date.now() - 73 * HOUR_MS;
    await put(many(1));
    bench.time.ms = Date.now();
    await put(many(3));
    follow();
    submit();
    await settled();
    expect(await states()).toEqual(['needs_signature', 'committed', 'committed', 'committed']);
    expect(sent).toEqual([3]);
  });

  it('records nothing twice and loses nothing when it dies after the ledger took a batch', async () => {
    const ids = await put(many(12));
    const taken = Promise.withResolvers<void>();
    const never = new Promise<never>(() => undefined);
    const dying = startSubmitter({
      queue: bench.queue,
      ledger: {
        submit: ledger.submit,
        submitAll: async (signed, options) => {
          await ledger.submitAll(signed);
          taken.resolve();
          const died = new Promise<never>((_, reject) =>
            options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)),
          );
          return Promise.race([never, died]);
        },
      },
      log: bench.log,
      resignMachine: async () => undefined,
      retryMs: RETRY_MS,
    });
    await taken.promise;
    await dying.stop();
    expect(await states()).toEqual(Array(12).fill('queued'));

    submit();
    await until('sent again', () => sent.length > 0);
    follow();
    await settled();
    expect(await states()).toEqual(Array(12).fill('committed'));
    const txs = await onLedger(ids);
    expect(txs.filter(({ events }) => events.length > 0).map(({ command }) => command.command.commandId)).toEqual(ids);
    expect(new Set(txs.map(({ txId }) => txId)).size).toBe(2);
  });

  it('sends the same commands again when the answer to a batch is lost', async () => {
    const ids = await put(many(6));
    let lost = 0;
    const losing: Way = {
      submit: ledger.submit,
      submitAll: async (signed) => {
        const outcomes = await ledger.submitAll(signed);
        lost += 1;
        return lost > 1 ? outcomes : signed.map(() => new AnlianError('ledger_unavailable'));
      },
    };
    submit(losing);
    await until('sent twice', () => sent.length === 2);
    follow();
    await settled();
    expect(await states()).toEqual(Array(6).fill('committed'));
    expect((await onLedger(ids)).filter(({ events }) => events.length > 0)).toHaveLength(6);
  });

  it('gathers what comes while as many are on their way as may be', async () => {
    const gate = Promise.withResolvers<void>();
    const held: SignedCommand[] = [];
    const slow: Way = {
      ...ledger,
      submit: async (signed, options) => {
        held.push(signed);
        await gate.promise;
        return ledger.submit(signed, options);
      },
    };
    follow();
    submit(slow, 1);
    await put(many(1));
    await until('the first is on its way', () => held.length === 1);
    await put(many(9));
    expect(sent).toEqual([1]);
    gate.resolve();
    await settled();
    expect(sent).toEqual([1, 9]);
  });

  it('proves each command of a batch by its id, and refuses to choose', async () => {
    const [first = '', second = ''] = await put(many(2));
    follow();
    submit();
    await settled();
    const [txId = ''] = await sharing();
    const config = { channel: CHANNEL, chaincode: CHAINCODE } as NodeDeps['config'];
    const prove = (commandId?: string, of = txId) => proveTransaction({ db: bench.db, ledger, config }, of, commandId);
    const trust = await trustFileOf(ledger);
    for (const commandId of [first, second])
      expect(await verifyBundle(canonicalBytes(await prove(commandId)), trust, { now: new Date() })).toMatchObject({
        verdict: 'proven',
        subject: { commandId },
      });
    await expect(prove()).rejects.toMatchObject({ code: 'invalid_input', field: 'commandId' });
    await expect(prove(freshId('cmd'))).rejects.toMatchObject({ code: 'not_found' });

    const [alone = ''] = await put(many(1));
    await settled();
    const { txId: its } = await bench.queue.receipt(alone);
    expect(await prove(undefined, its ?? '')).not.toHaveProperty('commandId');
    expect(await prove(alone, its ?? '')).not.toHaveProperty('commandId');
    await expect(prove(first, its ?? '')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('asks a way that takes one at a time for one at a time', async () => {
    await put(many(5));
    follow();
    const single: { submit: Way['submit'] } = { submit: counted(ledger).submit };
    running.push(
      startSubmitter({
        queue: bench.queue,
        ledger: single,
        log: bench.log,
        resignMachine: async () => undefined,
        retryMs: RETRY_MS,
      }),
    );
    await settled();
    expect(sent).toEqual([1, 1, 1, 1, 1]);
    expect(await sharing()).toHaveLength(5);
  });
});
