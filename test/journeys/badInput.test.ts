import { formatId, isErrorCode } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Carried, carriedBy } from '../support/carriedCommand.ts';
import { type Launched, launch } from '../support/consortium.ts';
import { governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { type Person, random } from '../support/people.ts';
import { DINGGU, NOTICE, nothing, post, type Who, WORKER, WRONG_REQUESTS } from '../support/wrongRequests.ts';

describe('input that is wrong, through the real API', () => {
  const home = copyOfLoadedHome();
  let consortium: Launched;
  let people: Record<Who, Pick<Person, 'send'>>;
  let carried: Carried;

  beforeAll(async () => {
    consortium = await launch(home.dir, home.firstPort);
    const at = consortium.people.person;
    people = {
      manager: at('qichuan', 'safety-manager'),
      clerk: at('qichuan', 'clerk', 'ruihan'),
      delegate: at('qichuan', 'governor-delegate'),
      tenant: at('qichuan', 'administrator', 'ruihan'),
      auditor: at('qichuan', 'auditor'),
      nobody: consortium.people.nobody('qichuan'),
    };
    carried = carriedBy(home.dir, consortium.plan, 'dinggu', consortium.people.node('hengyuan'));
  }, 240_000);
  afterAll(async () => {
    await consortium.stop();
    home.remove();
  });

  it.each(WRONG_REQUESTS)('%s is refused with its own code', async (_, who, request, status, code, field) => {
    const answer = await people[who].send(request);
    expect(answer.problem, answer.text.slice(0, 500)).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    if (field !== undefined) {
      const { field: named, errors = [] } = answer.problem ?? {};
      expect([named, ...errors.map((one) => one.field)]).toContain(field);
    }
  });

  it('is answered in the reader’s language', async () => {
    const said = async (language: string) => {
      const headers = { 'accept-language': language };
      return (await people.manager.send(post('/violations', { ...NOTICE, site: 'nowhere-at-all' }, headers))).problem
        ?.title;
    };
    expect(await said('en')).not.toBe(await said('zh-CN'));
  });

  it('reports every fault of a body at once', async () => {
    const { problem } = await people.manager.send(
      post('/violations', { ...NOTICE, company: 'x', site: 'X', clause: '' }),
    );
    expect(problem?.errors?.map(({ field }) => field).sort()).toEqual(['/clause', '/company', '/site']);
  });

  it('leaves nothing behind: no command, no fact, no worker', async () => {
    const before = await counts();
    for (const [, who, request] of WRONG_REQUESTS) await people[who].send(request);
    expect(await counts()).toEqual(before);
  });

  const counts = async () => {
    const total = async (who: Pick<Person, 'send'>, path: string) =>
      ((await who.send({ path })).json as { items: unknown[] }).items.length;
    const commands = (await people.auditor.send({ path: '/api/v1/commands?limit=500' })).json as {
      items: { name: string; state: string }[];
    };
    return {
      commands: commands.items.filter(({ name, state }) => name !== 'evidence:anchor' && state !== 'refused').length,
      violations: await total(people.manager, '/api/v1/violations?limit=500'),
      workers: await total(people.clerk, '/api/v1/workers?limit=500'),
    };
  };

  it('under an idempotency key that was used: the same content answers as before, other content is refused', async () => {
    const headers = { 'idempotency-key': 'bad-input-1' };
    const first = await people.manager.send(post('/violations', NOTICE, headers));
    expect(first.status).toBe(201);
    const again = await people.manager.send(post('/violations', NOTICE, headers));
    expect(again).toMatchObject({ status: 201, json: first.json });
    const inOtherOrder = Object.fromEntries(Object.entries(NOTICE).reverse());
    expect((await people.manager.send(post('/violations', inOtherOrder, headers))).json).toEqual(first.json);
    const other = await people.manager.send(
      post('/violations', { ...NOTICE, clause: 'no_harness_at_height' }, headers),
    );
    expect(other.problem).toMatchObject({ status: 409, code: 'idempotency_conflict' });
    const worker = await people.clerk.send(post('/workers', WORKER, headers));
    expect(worker.status, 'another person’s key is another key').toBe(201);
  });

  it('under one idempotency key ten times at once gives one fact', async () => {
    const headers = { 'idempotency-key': 'bad-input-at-once' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => people.manager.send(post('/violations', NOTICE, headers))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((one) => (one.json as { violation: string }).violation)).size).toBe(1);
  });

  const noticed = async (): Promise<string> => {
    const { json: taken } = await people.manager.send(post('/violations', NOTICE));
    return (taken as { violation: string }).violation;
  };

  it('at the carrier: the same command again gives its first result, the same commandId with other content is refused', async () => {
    const [violation, other] = [await noticed(), await noticed()];
    const commandId = formatId('cmd', random(16));
    const signed = await carried.sign('credit:acknowledge', { company: DINGGU, violation }, { commandId });
    const first = await carried.send(signed);
    expect(first.status, first.text).toBe(201);
    const again = await carried.send(signed);
    expect(again.status).toBe(201);
    expect((again.json as { result: unknown }).result).toEqual((first.json as { result: unknown }).result);
    const changed = await carried.sign('credit:acknowledge', { company: DINGGU, violation: other }, { commandId });
    expect((await carried.send(changed)).problem).toMatchObject({ status: 409, code: 'command_conflict' });
  });

  it.each([
    ['whose content was changed after it was signed', 'actor_invalid', {}],
    ['that names another member', 'forbidden', { org: 'anlan' }],
    ['that was signed ten minutes ahead of the clock', 'clock_skew', { iatOffsetS: 600 }],
    ['whose signature ran out', 'actor_expired', { iatOffsetS: -7200 }],
  ] as const)('at the carrier: a command %s is refused', async (what, code, change) => {
    const [violation, other] = [await noticed(), await noticed()];
    const signed = await carried.sign('credit:acknowledge', { company: DINGGU, violation }, change);
    const altered = await carried.sign('credit:acknowledge', { company: DINGGU, violation: other });
    const sent = what.startsWith('whose content') ? { ...signed, command: altered.command } : signed;
    const answer = await carried.send(sent);
    expect(answer.problem, answer.text).toMatchObject({ code });
  });

  it('a submission by a governor whose clock is ten minutes off, either way, is refused', async () => {
    const signed = await carried.sign('credit:acknowledge', { company: DINGGU, violation: await noticed() });
    for (const offMs of [600_000, -600_000]) {
      const ledger = governorsLedger(home.dir, consortium.plan, 'hengyuan', () => Date.now() + offMs);
      await expect(ledger.submit(signed)).rejects.toMatchObject({ code: 'clock_skew' });
    }
    expect(await governorsLedger(home.dir, consortium.plan).submit(signed)).toMatchObject({ code: 'VALID' });
  });

  it('another’s object is answered exactly as one that does not exist', async () => {
    const { json: mine } = await people.clerk.send(
      post('/workers', { ...WORKER, idDocument: { type: 'passport', number: 'B99000002' } }),
    );
    const { worker } = mine as { worker: string };
    const stranger = consortium.people.person('qichuan', 'clerk', 'lanjie');
    const anonymous = async (path: string) => {
      const { status, problem, headers } = await stranger.send({ path: `/api/v1${path}` });
      return {
        status,
        problem: { ...problem, traceId: '' },
        type: headers.get('content-type'),
        etag: headers.get('etag'),
      };
    };
    const theirs = await anonymous(`/workers/${worker}`);
    expect(theirs).toMatchObject({ status: 404, problem: { code: 'not_found' } });
    expect(theirs).toEqual(await anonymous(`/workers/${nothing('wkr')}`));
    const { items } = (await people.manager.send({ path: '/api/v1/violations?limit=500' })).json as {
      items: { violation: string; company: string }[];
    };
    const ofDinggu = items.find(({ company }) => company === DINGGU);
    expect(await anonymous(`/violations/${ofDinggu?.violation}`)).toEqual(
      await anonymous(`/violations/${nothing('vio')}`),
    );
    const commands = (await people.auditor.send({ path: '/api/v1/commands' })).json as {
      items: { commandId: string }[];
    };
    expect(await anonymous(`/commands/${commands.items[0]?.commandId}`)).toEqual(
      await anonymous(`/commands/${nothing('cmd')}`),
    );
  });

  it('has codes of the catalogue only', () => {
    expect(WRONG_REQUESTS.filter(([, , , , code]) => !isErrorCode(code))).toEqual([]);
  });
});
