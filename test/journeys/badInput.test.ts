import { formatId, isErrorCode, toInstant } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Carried, carriedBy } from '../support/carriedCommand.ts';
import { type Launched, launch } from '../support/consortium.ts';
import { governorsLedger } from '../support/governorsLedger.ts';
import { copyOfLoadedHome } from '../support/homes.ts';
import { type Person, type RawRequest, random } from '../support/people.ts';

const HOUR_MS = 3_600_000;
const DINGGU = '91990101MAAA00039J';
const nothing = (prefix: Parameters<typeof formatId>[0]): string => formatId(prefix, random(16));

const NOTICE = {
  company: DINGGU,
  site: 'qichuan-expansion',
  clause: 'no_helmet',
  occurredAt: toInstant(Date.now() - HOUR_MS),
  report: { text: '未戴安全帽' },
};
const WORKER = {
  name: '测试工',
  idDocument: { type: 'passport', number: 'B99000001' },
  birthDate: '1990-01-01',
  trade: '普工',
};
const post = (path: string, json: unknown, headers: Record<string, string> = {}): RawRequest => ({
  method: 'POST',
  path: `/api/v1${path}`,
  json,
  headers,
});
const json = { 'content-type': 'application/json' };
const LARGE = 9 << 20;

type Who = 'manager' | 'clerk' | 'delegate' | 'nobody' | 'tenant' | 'auditor';

/** What is sent, by whom, and what must come back: the status, our code, the field at fault. */
const TABLE: readonly [string, Who, RawRequest, number, string, string?][] = [
  [
    'a company code with a wrong check digit',
    'manager',
    post('/violations', { ...NOTICE, company: '91990101MAAA00039K' }),
    400,
    'invalid_uscc',
    '/company',
  ],
  [
    'a company code in lower case',
    'manager',
    post('/violations', { ...NOTICE, company: DINGGU.toLowerCase() }),
    400,
    'invalid_uscc',
    '/company',
  ],
  [
    'a company that is no member',
    'manager',
    post('/violations', { ...NOTICE, company: '91990404MAAA00098G' }),
    422,
    'unknown_company',
  ],
  [
    'a company that was never admitted to the site',
    'manager',
    post('/violations', { ...NOTICE, company: '91990101MAAA00047D' }),
    422,
    'not_admitted',
  ],
  [
    'a site that does not exist',
    'manager',
    post('/violations', { ...NOTICE, site: 'nowhere-at-all' }),
    422,
    'unknown_site',
  ],
  [
    'another member’s site',
    'manager',
    post('/violations', { ...NOTICE, site: 'hengyuan-terminal' }),
    403,
    'not_the_owner',
  ],
  [
    'a clause that the policy does not have',
    'manager',
    post('/violations', { ...NOTICE, clause: 'bad_mood' }),
    422,
    'unknown_clause',
  ],
  [
    'a violation that has not happened yet',
    'manager',
    post('/violations', { ...NOTICE, occurredAt: toInstant(Date.now() + HOUR_MS) }),
    422,
    'in_the_future',
  ],
  [
    'a violation of last month',
    'manager',
    post('/violations', { ...NOTICE, occurredAt: toInstant(Date.now() - 31 * 24 * HOUR_MS) }),
    422,
    'not_admitted',
  ],
  [
    'an instant without milliseconds',
    'manager',
    post('/violations', { ...NOTICE, occurredAt: '2026-11-22T08:00:00Z' }),
    400,
    'invalid_input',
    '/occurredAt',
  ],
  ['a field that nobody knows', 'manager', post('/violations', { ...NOTICE, severity: 9 }), 400, 'invalid_input', '/'],
  [
    'a field that nobody knows, deep inside',
    'manager',
    post('/violations', { ...NOTICE, report: { text: 'x', mood: 1 } }),
    400,
    'invalid_input',
    '/report',
  ],
  [
    'a vote about an unknown member',
    'delegate',
    post('/proposals', {
      proposed: { action: 'member.expel', member: 'nobody-there', windDownUntil: toInstant(Date.now() + HOUR_MS) },
    }),
    422,
    'unknown_member',
  ],
  [
    'a vote on an unknown proposal',
    'delegate',
    post(`/proposals/${nothing('prp')}/votes`, { vote: 'for' }),
    422,
    'unknown_proposal',
  ],
  [
    'text that is no JSON',
    'manager',
    { method: 'POST', path: '/api/v1/violations', body: '{"company":', headers: json },
    400,
    'invalid_input',
  ],
  [
    'bytes that are no UTF-8',
    'manager',
    { method: 'POST', path: '/api/v1/violations', body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]), headers: json },
    400,
    'invalid_input',
  ],
  ['no body', 'manager', { method: 'POST', path: '/api/v1/violations', headers: json }, 400, 'invalid_input'],
  ['a list in place of an object', 'manager', post('/violations', [NOTICE]), 400, 'invalid_input'],
  [
    'a body of 9 MB',
    'clerk',
    {
      method: 'POST',
      path: '/api/v1/workers',
      body: JSON.stringify({ ...WORKER, name: 'x'.repeat(LARGE) }),
      headers: json,
    },
    413,
    'payload_too_large',
  ],
  [
    'a body of 9 MB by somebody without a token',
    'nobody',
    { method: 'POST', path: '/api/v1/workers', body: 'x'.repeat(LARGE), headers: json },
    413,
    'payload_too_large',
  ],
  [
    'half of a surrogate pair',
    'clerk',
    {
      method: 'POST',
      path: '/api/v1/workers',
      body: JSON.stringify(WORKER).replace('测试工', '\\ud842'),
      headers: json,
    },
    400,
    'invalid_input',
    '/name',
  ],
  ['a NUL in a name', 'clerk', post('/workers', { ...WORKER, name: '甲\u0000乙' }), 400, 'invalid_input', '/name'],
  [
    'a national id that a spreadsheet shortened',
    'clerk',
    post('/workers', { ...WORKER, idDocument: { type: 'national_id', number: '9.90101E+17' } }),
    400,
    'invalid_national_id',
    '/idDocument/number',
  ],
  [
    'a birth date that is not the one in the national id',
    'clerk',
    post('/workers', { ...WORKER, idDocument: { type: 'national_id', number: '99010119900101001X' } }),
    400,
    'invalid_national_id',
  ],
  [
    'an empty idempotency key',
    'clerk',
    post('/workers', WORKER, { 'idempotency-key': '' }),
    400,
    'idempotency_key_required',
    'Idempotency-Key',
  ],
  [
    'an idempotency key of 129 characters',
    'clerk',
    post('/workers', WORKER, { 'idempotency-key': 'k'.repeat(129) }),
    400,
    'invalid_input',
    'Idempotency-Key',
  ],
  [
    'a page that does not exist',
    'auditor',
    { path: '/api/v1/commands?cursor=999999999999999999999999' },
    400,
    'invalid_input',
    'cursor',
  ],
  ['a cursor with a NUL in it', 'auditor', { path: '/api/v1/companies?cursor=%00' }, 400, 'invalid_input'],
  ['a page of minus one', 'auditor', { path: '/api/v1/companies?limit=-1' }, 400, 'invalid_input', '/limit'],
  ['a page of a million', 'auditor', { path: '/api/v1/companies?limit=1000000' }, 400, 'invalid_input', '/limit'],
  ['no token', 'nobody', post('/violations', NOTICE), 401, 'unauthenticated'],
  [
    'a token that is none',
    'nobody',
    { path: '/api/v1/companies', headers: { authorization: 'Bearer x.y.z' } },
    401,
    'unauthenticated',
  ],
  [
    'another scheme',
    'nobody',
    { path: '/api/v1/companies', headers: { authorization: 'Basic YTpi' } },
    401,
    'unauthenticated',
  ],
  ['a role that may not', 'auditor', post('/violations', NOTICE), 403, 'forbidden'],
  ['a tenant at what is the node’s own', 'tenant', { path: '/api/v1/tenants' }, 403, 'forbidden'],
  ['a path that is none', 'manager', { path: '/api/v1/nothing' }, 404, 'not_found'],
];

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

  it.each(TABLE)('%s is refused with its own code', async (_, who, request, status, code, field) => {
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
    for (const [, who, request] of TABLE) await people[who].send(request);
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
    expect(TABLE.filter(([, , , , code]) => !isErrorCode(code))).toEqual([]);
  });
});
