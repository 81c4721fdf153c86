import { AnlianError, LedgerReceipt, Problem } from '@anlian/contracts';
import { OpenAPIHono } from '@hono/zod-openapi';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { AppEnv } from '../http/caller.ts';
import { change } from '../http/change.ts';
import { createGuard } from '../http/guard.ts';
import { problemHandler } from '../http/problem.ts';
import { CLERK, openBench, type QueueBench } from './fixtures/queueBench.ts';

describe.each(eachDatabase)('what the ledger refuses ($name)', (database) => {
  let bench: QueueBench;
  let app: OpenAPIHono<AppEnv>;
  beforeAll(async () => {
    bench = await openBench(database);
    const { db, queue, log, time } = bench;
    const guard = createGuard(async () => CLERK);
    app = new OpenAPIHono<AppEnv>();
    app.onError(problemHandler(log));
    app.post('/sites', guard('clerk'), (c) =>
      change(c, { db, queue, clock: () => time.ms, commitWaitMs: 1 }, {}, async (tx) => ({
        body: {},
        commandId: await queue.enqueue(tx, CLERK, 'site:register', { site: 'yard-1' }),
      })),
    );
  });
  beforeEach(() => bench.clear());

  it.each<[string, { field?: string; detail?: string }]>([
    ['its field and its detail', { field: '/args/site', detail: 'yard-1' }],
    ['its field alone', { field: '/args/site' }],
    ['its detail alone, be it like a place', { detail: '/args/site' }],
    ['neither', {}],
  ])('is told with %s, in the receipt and to whoever asked', async (_what, context) => {
    const headers = { authorization: 'Bearer x', 'idempotency-key': JSON.stringify(context) };
    const ask = async () => (await app.request('/sites', { method: 'POST', headers })).json();
    const { ledger } = (await ask()) as { ledger: { commandId: string } };
    await bench.queue.refused(ledger.commandId, new AnlianError('already_exists', context));
    const receipt = LedgerReceipt.parse(await bench.queue.receipt(ledger.commandId));
    const { field = null, detail = null } = context;
    expect(receipt).toMatchObject({ state: 'refused', error: { code: 'already_exists', field, detail } });
    const problem = Problem.parse(await ask());
    expect(problem.code).toBe('already_exists');
    expect({ field: problem.field, detail: problem.detail }).toEqual({ field: context.field, detail: context.detail });
  });
});
