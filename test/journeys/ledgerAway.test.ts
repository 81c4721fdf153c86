import { type LedgerReceipt, toInstant } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { type Parts, partsOf } from '../support/parts.ts';
import type { Person } from '../support/people.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const DINGGU = '91990101MAAA00039J';

describe('facts that arrive while the ledger is away', { timeout: 240_000 }, () => {
  const home = copyOfLoadedHome();
  let parts: Parts;
  let manager: Person;
  let clerk: Person;
  /** Of one company, so of one subject: they must keep their order. */
  let grades: string[] = [];
  const queued: { commandId: string; violation: string; key: string }[] = [];

  beforeAll(async () => {
    parts = partsOf(home.dir, home.firstPort);
    await parts.startAll();
    manager = parts.people.person('qichuan', 'safety-manager');
    clerk = parts.people.person('dinggu', 'clerk');
  }, 240_000);
  afterAll(async () => {
    await parts?.stopAll();
    home.remove();
  });

  const notice = (turn: number) => ({
    company: DINGGU,
    site: 'qichuan-expansion',
    clause: 'no_helmet',
    occurredAt: toInstant(Date.now() - HOUR_MS),
    report: { text: `账本离线时的第 ${turn} 次记录` },
  });

  const notify = async (turn: number): Promise<{ status: number; ledger: LedgerReceipt; violation: string }> => {
    const key = `away-${turn}`;
    const { status, json } = await manager.send({
      method: 'POST',
      path: '/api/v1/violations',
      json: notice(turn),
      headers: { 'idempotency-key': key },
    });
    const { ledger, violation } = json as { ledger: LedgerReceipt; violation: string };
    queued.push({ commandId: ledger.commandId, violation, key });
    return { status, ledger, violation };
  };

  const evaluate = async (grade: 'A' | 'B' | 'C'): Promise<void> => {
    const occurredAt = toInstant(Date.now());
    await manager.api.evaluateCompany({
      body: { company: DINGGU, site: 'qichuan-expansion', grade, occurredAt, report: { text: `评价 ${grade}` } },
    });
  };

  const ready = async (member: string): Promise<number> =>
    (await parts.people.nobody(member).send({ path: '/readyz' })).status;

  const nodeSays = async (member: string) => (await parts.people.person(member, 'auditor').api.getNode({})).ledger;

  it('are taken with 202 and a receipt, and wait where everybody can see them', async () => {
    await parts.kill('ledger');
    const [answers] = await Promise.all([
      Promise.all([1, 2, 3].map(notify)),
      ...(['A', 'B', 'C'] as const).map(evaluate),
    ]);
    for (const { status, ledger } of answers) {
      expect(status).toBe(202);
      expect(ledger).toMatchObject({ state: 'queued', txId: null, blockNumber: null, error: null });
    }
    const { items } = await manager.api.listCommands({ query: { limit: 100 } });
    const waiting = items.filter(({ state }) => state === 'queued').map(({ commandId }) => commandId);
    expect(waiting).toEqual(expect.arrayContaining(queued.map(({ commandId }) => commandId)));
    grades = items
      .filter(({ name }) => name === 'credit:evaluate')
      .map(({ commandId }) => commandId)
      .reverse();
    expect(grades).toHaveLength(3);
    for (const { commandId } of queued)
      expect(await manager.api.getCommand({ params: { commandId } })).toMatchObject({
        name: 'credit:notice',
        settledAt: null,
      });
  });

  it('leave the API in health: it answers, takes what needs no ledger, and says what is amiss', async () => {
    expect((await parts.people.nobody('qichuan').send({ path: '/healthz' })).status).toBe(200);
    await until('the node notices that the ledger is away', async () => !(await nodeSays('qichuan')).reachable);
    const readiness = await parts.people.nobody('qichuan').send({ path: '/readyz' });
    expect(readiness.json).toMatchObject({ ready: true, database: true, following: true, ledger: false });
    expect((await nodeSays('qichuan')).waitingCommands).toBeGreaterThanOrEqual(queued.length);
    const metrics = await parts.people.nobody('qichuan').send({ path: '/metrics' });
    expect(Number(/^anlian_ledger_waiting_commands (\d+)$/m.exec(metrics.text)?.[1])).toBeGreaterThanOrEqual(
      queued.length,
    );
    expect((await manager.api.getScore({ params: { company: DINGGU } })).score).toBeGreaterThan(80);
    const worker = {
      name: '离线',
      idDocument: { type: 'passport', number: 'P99000001' },
      birthDate: '1990-01-01',
      trade: '普工',
    } as const;
    expect((await clerk.api.createWorker({ body: worker })).worker).toMatch(/^wkr_/);
  });

  it('answer a repeated request as before, and refuse its key with other content', async () => {
    const [first] = queued;
    const again = await manager.send({
      method: 'POST',
      path: '/api/v1/violations',
      json: notice(99),
      headers: { 'idempotency-key': first?.key ?? '' },
    });
    expect(again.problem).toMatchObject({ status: 409, code: 'idempotency_conflict' });
  });

  it('survive a kill of the node that holds them', async () => {
    await parts.kill('qichuan');
    await parts.start('qichuan', { awaits: false });
    expect(await ready('qichuan'), 'a node that never saw its ledger is not ready').toBe(503);
    for (const { commandId } of queued)
      expect((await manager.api.getCommand({ params: { commandId } })).state).toBe('queued');
    expect((await notify(4)).status).toBe(202);
  });

  it('are on the ledger once it is back, each exactly once, those of one subject in the order in which they came', async () => {
    await parts.start('ledger');
    await until('every node is ready again', async () => {
      const statuses = await Promise.all(parts.plan.members.map(({ member }) => ready(member)));
      return statuses.every((status) => status === 200);
    });
    for (const commandId of [...queued.map((one) => one.commandId), ...grades])
      await until(
        `${commandId} is on the ledger`,
        async () => (await manager.api.getCommand({ params: { commandId } })).state === 'committed',
      );
    const txs = (await blocksOf(governorsLedger(home.dir, parts.plan))).flatMap((block) =>
      block.txs.filter(({ code, events }) => code === 'VALID' && events.length > 0),
    );
    const ordered = txs
      .map(({ command }) => command.command.commandId)
      .filter((commandId) => grades.includes(commandId));
    expect(ordered).toEqual(grades);
    const noticed = txs
      .flatMap(({ events }) => events)
      .flatMap((event) => (event.name === 'credit.noticed' && 'violation' in event.data ? [event.data.violation] : []));
    for (const { violation } of queued)
      expect(
        noticed.filter((id) => id === violation),
        violation,
      ).toHaveLength(1);
    expect(new Set(noticed).size).toBe(noticed.length);
    await until('the contractor’s node shows them all', async () => {
      const { items } = await clerk.api.listViolations({ query: { limit: 500 } });
      return queued.every(({ violation }) => items.filter((item) => item.violation === violation).length === 1);
    });
  });

  it('of a participant wait too while its carrier is away, and follow when it is back', async () => {
    const [first, second] = queued;
    await parts.kill('hengyuan');
    const answer = await clerk.send({ method: 'POST', path: `/api/v1/violations/${first?.violation}/acknowledge` });
    expect(answer.status).toBe(202);
    const { ledger } = answer.json as { ledger: LedgerReceipt };
    await parts.start('hengyuan');
    await until(
      'the acknowledgement is on the ledger',
      async () => (await clerk.api.getCommand({ params: { commandId: ledger.commandId } })).state === 'committed',
    );
    expect(
      (await clerk.send({ method: 'POST', path: `/api/v1/violations/${second?.violation}/acknowledge` })).status,
    ).toBe(201);
  });
});
