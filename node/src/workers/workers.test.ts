import { nationalIdCheck, toInstant, Worker, WorkerCreated, WorkerPage } from '@anlian/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { evidence } from '../evidence/tables.ts';
import { beginning, COMPANIES, type MemberNode, NOW_MS, startMember } from './fixtures/memberNode.ts';

const nationalId = (seventeen: string) => `${seventeen}${nationalIdCheck(seventeen)}`;
const WORKER = {
  name: '阿依古丽·买买提',
  idDocument: { type: 'national_id', number: nationalId('99010119900307401') },
  birthDate: '1990-03-07',
  phone: '10000000001',
  trade: '起重司机',
};
const training = { course: 'site_induction', completedOn: '2026-11-20', hours: 8, score: 92, validTo: '2027-11-19' };

describe.each(eachDatabase)('workers on $name', ({ open }) => {
  let port: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', new Map());
    await port.tell(...beginning([port]));
  });
  afterAll(() => port.stop());

  const create = (input: object = {}, as = 'clerk.anlan') => port.call(as, 'POST', '/workers', { ...WORKER, ...input });

  it('are kept with their papers, and shown whole to their employer only', async () => {
    const created = await create();
    expect(created.status).toBe(201);
    const { worker } = WorkerCreated.parse(created.body);
    const own = await port.call('clerk.anlan', 'GET', `/workers/${worker}`);
    expect(Worker.parse(own.body)).toMatchObject({ ...WORKER, employer: COMPANIES.anlan, version: 1 });
    const staff = await port.call('safety_manager.hengyuan', 'GET', `/workers/${worker}`);
    expect(staff.status).toBe(200);
    const another = await port.call('clerk.dinggu', 'GET', `/workers/${worker}`);
    const absent = await port.call('clerk.dinggu', 'GET', `/workers/wkr_${'0'.repeat(32)}`);
    expect([another.status, another.body]).toEqual([404, absent.body]);
  });

  it('are listed with the end of their number alone, page by page', async () => {
    for (const serial of ['402', '403', '404'])
      await create({ idDocument: { type: 'national_id', number: nationalId(`99010119900307${serial}`) } });
    const first = WorkerPage.parse((await port.call('clerk.anlan', 'GET', '/workers?limit=2')).body);
    expect(first.items).toHaveLength(2);
    const rest = WorkerPage.parse((await port.call('clerk.anlan', 'GET', `/workers?cursor=${first.next}`)).body);
    const all = [...first.items, ...rest.items];
    expect(new Set(all.map(({ worker }) => worker)).size).toBe(all.length);
    expect(all.every(({ idDocument }) => idDocument.ending.length === 4)).toBe(true);
    expect(rest.next).toBeUndefined();
  });

  it('are found by part of a name, in which % and _ are themselves', async () => {
    const find = async (text: string, as = 'clerk.anlan') =>
      (await port.call(as, 'POST', '/workers/search', { text })).body as { items: unknown[] };
    expect((await find('古丽')).items.length).toBeGreaterThan(0);
    expect((await find('%')).items).toEqual([]);
    expect((await find('古丽', 'clerk.dinggu')).items).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a wrong check character',
      { idDocument: { type: 'national_id', number: '990101199003074010' } },
      'invalid_national_id',
    ],
    [
      'a number that a spreadsheet shortened',
      { idDocument: { type: 'national_id', number: '3.20106E+17' } },
      'invalid_national_id',
    ],
    ['a birth date that differs from the number', { birthDate: '1990-03-08' }, 'invalid_national_id'],
    ['a name with a line break', { name: '张\n三' }, 'invalid_input'],
    ['an empty name', { name: '  ' }, 'invalid_input'],
    ['half of a four-byte character', { name: '\ud842' }, 'invalid_input'],
    ['a phone that is none', { phone: '12345' }, 'invalid_input'],
    ['a picture that can hold a program', { portrait: 'data:image/svg+xml;base64,PHN2Zz4=' }, 'invalid_input'],
    ['a field that is not known', { salary: 1 }, 'invalid_input'],
    ['a company that lives elsewhere', { employer: COMPANIES.dinggu }, 'unknown_company'],
  ])('are refused with %s', async (_case, input, code) => {
    const serial = { idDocument: { type: 'national_id', number: nationalId('99010119900307499') } };
    const refused = await create({ ...serial, ...input });
    expect(refused.body).toMatchObject({ code });
    expect(JSON.stringify(refused.body)).not.toContain('9901011990030749');
  });

  it('are the same person once per employer', async () => {
    const input = { idDocument: { type: 'passport', number: 'E12345678' } };
    expect((await create(input)).status).toBe(201);
    expect((await create(input)).body).toMatchObject({ code: 'already_exists' });
    expect((await create({ ...input, employer: COMPANIES.hengyuan }, 'safety_manager.hengyuan')).status).toBe(201);
  });

  it('keep a four-byte character in the name', async () => {
    const { worker } = WorkerCreated.parse(
      (await create({ name: '𠮷野', idDocument: { type: 'passport', number: 'TK7654321' } })).body,
    );
    expect((await port.call('clerk.anlan', 'GET', `/workers/${worker}`)).body).toMatchObject({ name: '𠮷野' });
  });

  it('are changed from the version that was read, and from no other', async () => {
    const { worker } = WorkerCreated.parse(
      (await create({ idDocument: { type: 'passport', number: 'G00000001' } })).body,
    );
    const patch = (etag: string | undefined, body: object) =>
      port.call('clerk.anlan', 'PATCH', `/workers/${worker}`, body, etag === undefined ? {} : { 'if-match': etag });
    expect((await patch(undefined, { phone: null })).body).toMatchObject({ code: 'precondition_required' });
    expect((await patch('"1"', { phone: null })).body).toEqual({ worker, version: 2 });
    expect((await patch('"1"', { trade: '焊工' })).body).toMatchObject({ code: 'version_conflict' });
    const records = (await port.deps.db.select().from(evidence)).map(({ record }) => JSON.parse(record));
    expect(records.filter((record) => record.kind === 'worker-changed' && record.worker === worker)).toEqual([
      { v: 1, kind: 'worker-changed', worker, fields: ['phone'], version: 2, at: toInstant(NOW_MS) },
    ]);
    expect((await patch('"2"', { birthDate: '1991-01-01' })).body).toMatchObject({ code: 'invalid_input' });
  });

  it('have trainings, each with its evidence', async () => {
    const { worker } = WorkerCreated.parse(
      (await create({ idDocument: { type: 'passport', number: 'G00000002' } })).body,
    );
    const recorded = await port.call('clerk.anlan', 'POST', `/workers/${worker}/trainings`, training);
    expect(recorded.status).toBe(201);
    const rows = await port.deps.db.select().from(evidence);
    const record = JSON.parse(
      rows.find((row) => row.evidence === (recorded.body as { evidence: string }).evidence)?.record ?? '{}',
    );
    expect(record).toMatchObject({ kind: 'training', worker, ...training });
  });

  it('leave no name, number or phone in a log', () => {
    const log = port.logged.join('\n');
    for (const canary of [WORKER.name, WORKER.idDocument.number, WORKER.phone]) expect(log).not.toContain(canary);
  });
});
