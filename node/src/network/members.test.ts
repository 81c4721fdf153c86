import { Problem, Tenant, toInstant } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { evidence } from '../evidence/tables.ts';
import { beginning, COMPANIES, type MemberNode, NOW_MS, startMember } from '../workers/fixtures/memberNode.ts';
import { peerUrl } from './store.ts';
import { tenants } from './tables.ts';

const ADMINISTRATOR = 'administrator.hengyuan';
const NEWCOMER = { member: 'ruihan', company: '91990202MAAA00063N', name: { zh: '锐焊', en: 'Ruihan' } };

describe.each(eachDatabase)('members on $name', ({ open }) => {
  let port: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', new Map());
    await port.tell(...beginning([port]));
  });
  afterAll(() => port.stop());

  describe('the address of another member’s node', () => {
    const put = (url: unknown) => port.call(ADMINISTRATOR, 'PUT', '/peers/qichuan', { url });

    it('is kept without slashes at its end', async () => {
      expect((await put('https://cars.example///')).body).toEqual({ member: 'qichuan', url: 'https://cars.example' });
      expect(await peerUrl(port.deps.db, 'qichuan')).toBe('https://cars.example');
    });

    it.each([
      'javascript:alert(1)',
      'file:///etc/passwd',
      'https://admin:secret@cars.example',
      'https://cars.example/?token=x',
      'https://cars.example/?',
      'https://cars.example#x',
      'https:\\\\cars.example',
      'cars',
      '',
      `https://cars.example/${'x'.repeat(256)}`,
      7,
      null,
    ])('is not %j, and the one before stays', async (url) => {
      const { status, body } = await put(url);
      expect([status, Problem.parse(body)]).toMatchObject([400, { code: 'invalid_input', field: '/url' }]);
      expect(await peerUrl(port.deps.db, 'qichuan')).toBe('https://cars.example');
    });
  });

  describe('a tenant', () => {
    const make = (tenant: object) => port.call(ADMINISTRATOR, 'POST', '/tenants', { ...NEWCOMER, ...tenant });
    const kept = async () => (await port.deps.db.select().from(tenants)).map(({ member }) => member);

    it('is made once, and a request that is sent again finds it', async () => {
      const headers = { 'idempotency-key': 'one-tenant' };
      const ask = () => port.call(ADMINISTRATOR, 'POST', '/tenants', NEWCOMER, headers);
      const first = await ask();
      expect(first.status).toBe(201);
      expect((await ask()).body).toEqual(first.body);
      expect(await kept()).toEqual([NEWCOMER.member]);
    });

    it('leaves evidence of who made it, and with which key', async () => {
      const rows = await port.deps.db.select().from(evidence);
      const { kid } = port.deps.keys.key('actor', NEWCOMER.member).descriptor;
      expect(rows.map(({ record }) => JSON.parse(record)).filter(({ kind }) => kind === 'tenant-made')).toEqual([
        {
          v: 1,
          kind: 'tenant-made',
          ...NEWCOMER,
          actorKey: kid,
          by: 'administrator',
          at: toInstant(NOW_MS),
        },
      ]);
    });

    it('may be called own: the node’s own keys are not its keys', async () => {
      const { keys, db } = port.deps;
      const own = keys.key('actor').descriptor;
      const { status, body } = await make({ member: 'own', company: COMPANIES.dinggu });
      expect([status, Tenant.parse(body).descriptor.keys]).toEqual([201, [keys.key('actor', 'own').descriptor]]);
      expect(keys.key('actor').descriptor).toEqual(own);
      expect(keys.key('actor', 'own').descriptor).not.toEqual(own);
      await db.delete(tenants).where(eq(tenants.member, 'own'));
    });

    it('is made once for a request that is sent twice at once, and both are answered alike', async () => {
      const { db } = port.deps;
      const headers = { 'idempotency-key': 'tenant-twice' };
      const twice = { ...NEWCOMER, member: 'tenant-twice', company: COMPANIES.dinggu };
      const asked = await Promise.all([1, 2].map(() => port.call(ADMINISTRATOR, 'POST', '/tenants', twice, headers)));
      expect(asked.map(({ status }) => status)).toEqual([201, 201]);
      expect(asked[0]?.body).toEqual(asked[1]?.body);
      await db.delete(tenants).where(eq(tenants.company, COMPANIES.dinggu));
    });

    it.each<[string, object, string]>([
      ['the node’s own name', { member: 'hengyuan', company: COMPANIES.dinggu }, '/member'],
      ['another tenant’s name', { company: COMPANIES.dinggu }, '/member'],
      ['another tenant’s company', { member: 'blue-world' }, '/company'],
      ['another tenant’s name and company', {}, '/member'],
    ])('is not made under %s, and no key is made for it', async (_what, change, field) => {
      const { status, body } = await make(change);
      expect([status, Problem.parse(body)]).toMatchObject([409, { code: 'already_exists', field }]);
      expect(await kept()).toEqual([NEWCOMER.member]);
      for (const member of ['hengyuan', 'blue-world']) expect(port.deps.keys.has('actor', member)).toBe(false);
    });

    it('is made once for a company, whoever asks at the same time', async () => {
      const { db } = port.deps;
      const asked = await Promise.all(
        ['one', 'two', 'three'].map((name) => make({ member: `tenant-${name}`, company: COMPANIES.qichuan })),
      );
      expect(asked.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      const refused = asked.filter(({ status }) => status === 409).map(({ body }) => Problem.parse(body));
      expect(refused).toMatchObject([{ field: '/company' }, { field: '/company' }]);
      const made = asked.flatMap(({ body }) => Tenant.safeParse(body).data?.member ?? []);
      expect(['tenant-one', 'tenant-two', 'tenant-three'].filter((name) => port.deps.keys.has('actor', name))).toEqual(
        made,
      );
      await db.delete(tenants).where(eq(tenants.company, COMPANIES.qichuan));
    });

    it.each<[string, object, string]>([
      ['a name in two lines', { name: { zh: '锐\n焊', en: 'Ruihan' } }, '/name/zh'],
      ['a name that moves the cursor', { name: { zh: '锐焊', en: '\u001b[2JRuihan' } }, '/name/en'],
      ['half of a character', { name: { zh: '锐\ud842', en: 'Ruihan' } }, '/name/zh'],
      ['a name without end', { name: { zh: '锐'.repeat(101), en: 'Ruihan' } }, '/name/zh'],
      ['a file’s name', { member: '../own' }, '/member'],
    ])('is not made with %s', async (_what, change, field) => {
      const { status, body } = await make({ member: 'lanjie', company: COMPANIES.dinggu, ...change });
      expect([status, Problem.parse(body)]).toMatchObject([400, { code: 'invalid_input', field }]);
      expect(port.deps.keys.has('actor', 'lanjie')).toBe(false);
    });
  });
});
