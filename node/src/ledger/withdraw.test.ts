import { AnlianError, ROLE_CODES, type Role } from '@anlian/contracts';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { until } from '../../../test/support/until.ts';
import type { NodeDeps } from '../deps.ts';
import { createRecorder } from '../evidence/record.ts';
import { evidence } from '../evidence/tables.ts';
import type { AppEnv } from '../http/caller.ts';
import { change } from '../http/change.ts';
import { createGuard } from '../http/guard.ts';
import { problemHandler } from '../http/problem.ts';
import { CLERK, openBench, type QueueBench } from './fixtures/queueBench.ts';
import { type ScriptedLedger, scriptedLedger, transactionOf } from './fixtures/scriptedLedger.ts';
import { ledgerRoutes } from './routes.ts';
import { startSubmitter } from './submit.ts';
import { ledgerCommands } from './tables.ts';

const RETRY_MS = { first: 5, most: 20 };
const LEFT = 'the clerk left the company';

describe.each(eachDatabase)('a command whose person has left ($name)', (database) => {
  let bench: QueueBench;
  let ledger: ScriptedLedger;
  let isEvidenceLost: boolean;
  let app: OpenAPIHono<AppEnv>;
  const running: { stop: () => Promise<void> }[] = [];

  beforeAll(async () => {
    bench = await openBench(database);
    const { db, queue, log, time } = bench;
    const clock = () => time.ms;
    // A token names its holder, as `role.member`; the issuer has tests of its own.
    const guard = createGuard(async (token) => {
      const [role = '', org = ''] = token.split('.');
      return { subject: role, org, roles: [role as Role], acr: 'development' };
    });
    const record = createRecorder({ clock, random: (length) => new Uint8Array(length).fill(7) });
    const recordEvidence: typeof record = async (tx, input) => {
      const id = await record(tx, input);
      if (isEvidenceLost) throw new AnlianError('storage_full');
      return id;
    };
    const deps = { db, queue, clock, log, guard, recordEvidence, commitWaitMs: 1 } as unknown as NodeDeps;
    app = new OpenAPIHono<AppEnv>();
    app.onError(problemHandler(log));
    app.route('/api/v1', ledgerRoutes(deps));
    app.post('/thing', guard('clerk'), (c) =>
      change(c, deps, {}, async (tx) => ({
        body: {},
        commandId: await queue.enqueue(tx, CLERK, 'site:register', { site: 'yard-1' }),
      })),
    );
  });
  beforeEach(async () => {
    await bench.clear();
    isEvidenceLost = false;
    ledger = scriptedLedger();
  });
  afterEach(async () => {
    for (const each of running.splice(0).reverse()) await each.stop();
  });

  const start = () => {
    const { queue, log } = bench;
    const resignMachine = async () => {};
    running.push(
      bench.follow(ledger, RETRY_MS),
      startSubmitter({ queue, ledger, log, resignMachine, retryMs: RETRY_MS }),
    );
  };
  const post = async (as: string, path: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await app.request(path, {
      method: 'POST',
      headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const withdraw = (commandId: string, { as = 'administrator.hengyuan', reason = LEFT as unknown } = {}) =>
    post(as, `/api/v1/commands/${commandId}/withdrawal`, { reason });
  const overdue = async () => {
    const commandId = await bench.put('yard-1');
    await bench.queue.overdue(commandId);
    return commandId;
  };
  const stateOf = async (commandId: string) => (await bench.queue.receipt(commandId)).state;

  it('is withdrawn by an administrator, and those behind it go on', async () => {
    const left = await overdue();
    const behind = await bench.put('yard-1');
    start();
    expect(await bench.queue.waiting(10)).toEqual([]);
    const { status, body } = await withdraw(left);
    expect({ status, ...body }).toMatchObject({ status: 200, commandId: left, state: 'withdrawn' });
    await until('the next', async () => (await stateOf(behind)) === 'committed');
    expect(ledger.arrived.map(({ command }) => command.commandId)).toEqual([behind]);
    expect(await stateOf(left)).toBe('withdrawn');
  });

  it('leaves evidence of who withdrew what, why and when', async () => {
    const commandId = await overdue();
    await withdraw(commandId);
    const [row, ...others] = await bench.db.select().from(evidence);
    expect(others).toEqual([]);
    expect(row?.kind).toBe('record-changed');
    expect(JSON.parse(row?.record ?? '')).toEqual({
      v: 1,
      kind: 'command-withdrawn',
      commandId,
      name: 'site:register',
      subject: 'yard-1',
      enqueuedAt: '2026-11-22T08:00:00.000Z',
      withdrawnAt: '2026-11-22T08:00:00.000Z',
      by: 'administrator',
      reason: LEFT,
    });
  });

  it('is withdrawn with its evidence or not at all', async () => {
    const commandId = await overdue();
    isEvidenceLost = true;
    expect(await withdraw(commandId)).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    expect(await stateOf(commandId)).toBe('needs_signature');
    expect(await bench.db.select().from(evidence)).toEqual([]);
  });

  it.each(ROLE_CODES.filter((role) => role !== 'administrator'))('is not the %s’s to withdraw', async (role) => {
    const commandId = await overdue();
    expect((await withdraw(commandId, { as: `${role}.hengyuan` })).body.code).toBe('forbidden');
    expect(await stateOf(commandId)).toBe('needs_signature');
  });

  it('is not there for another member’s administrator', async () => {
    const commandId = await overdue();
    const foreign = await withdraw(commandId, { as: 'administrator.dinggu' });
    const unknown = await withdraw(`cmd_${'f'.repeat(32)}`);
    expect(foreign.status).toBe(404);
    expect(foreign.body.code).toBe(unknown.body.code);
    expect(await stateOf(commandId)).toBe('needs_signature');
  });

  it.each(['queued', 'committed', 'refused', 'withdrawn'] as const)(
    'cannot be withdrawn when it is %s',
    async (state) => {
      const commandId = await overdue();
      await bench.db.update(ledgerCommands).set({ state });
      expect((await withdraw(commandId)).body).toMatchObject({ code: 'invalid_transition', detail: state });
      expect(await bench.db.select().from(evidence)).toEqual([]);
    },
  );

  it.each([
    ['nothing', null],
    ['nothing but blanks', '   '],
    ['a second line', 'left\nlevel=50'],
    ['a NUL', 'left\u0000'],
    ['half a character', 'left\ud800'],
    ['more than a line', 'x'.repeat(201)],
    ['no text', { zh: 'x' }],
  ])('is not withdrawn for a reason of %s', async (_, reason) => {
    const commandId = await overdue();
    expect((await withdraw(commandId, { reason })).body.code).toBe('invalid_input');
    expect(await stateOf(commandId)).toBe('needs_signature');
  });

  it('cannot be signed again afterwards', async () => {
    const commandId = await overdue();
    await withdraw(commandId);
    expect((await post('clerk.hengyuan', `/api/v1/commands/${commandId}/signature`, {})).body.code).toBe('not_found');
    await expect(bench.queue.resign(CLERK, commandId)).rejects.toMatchObject({ code: 'invalid_transition' });
  });

  it('is said to be withdrawn to whoever repeats the call that made it', async () => {
    const make = () => post('clerk.hengyuan', '/thing', {}, { 'idempotency-key': 'one' });
    const { ledger: receipt } = (await make()).body as { ledger: { commandId: string } };
    await bench.queue.overdue(receipt.commandId);
    await withdraw(receipt.commandId);
    expect(await make()).toMatchObject({ status: 409, body: { code: 'command_withdrawn' } });
  });

  it('is committed after all when the ledger had it already', async () => {
    const commandId = await overdue();
    const signed = await bench.signed(commandId);
    await withdraw(commandId);
    ledger.append(transactionOf(signed));
    start();
    await until('settled', async () => (await stateOf(commandId)) === 'committed');
    expect((await bench.queue.receipt(commandId)).error).toBeNull();
  });
});
