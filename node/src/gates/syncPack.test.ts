import { toInstant } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { companyNames } from '../contractors/tables.ts';
import { evidence } from '../evidence/tables.ts';
import { COMPANIES, type MemberNode, NOW_MS } from '../workers/fixtures/memberNode.ts';
import * as scenes from '../workers/fixtures/scenes.ts';
import { lists, MANAGER, registerGate, rowOf, startPort, upload } from './fixtures/gateScenes.ts';

describe.each(eachDatabase)('a sync pack on $name', (database) => {
  let port: MemberNode;
  let cars: MemberNode;
  let stop: () => void;
  beforeAll(async () => {
    ({ port, cars, stop } = await startPort(database));
    await scenes.putPolicy(port, 'pier-1');
  });
  afterAll(() => stop?.());

  it('holds for each worker what a decision needs, and opens as the gate opens it', async () => {
    const gate = await registerGate(port);
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 101);
    const credential = await scenes.registerWelding(port, [port], worker);
    const enrolled = await scenes.enrol(port, 'clerk.anlan', worker);
    expect(rowOf((await lists(port, gate)).rows, 'e-worker').map(({ facts }) => facts.pass)).not.toContain(
      enrolled.pass,
    );
    const phone = scenes.phone();
    await scenes.claimed(port, phone, scenes.tokenOf(enrolled));
    const { rows, header } = await lists(port, gate);
    const found = rowOf(rows, 'e-worker').find(({ facts }) => facts.pass === enrolled.pass);
    expect(found?.facts).toMatchObject({
      employer: COMPANIES.anlan,
      issuer: 'hengyuan',
      workClasses: ['general', 'hot_work'],
      papers: [{ credential, standing: 'in_force', reviewBy: '2027-12-31' }],
      turns: [{ years: 56, on: '2026-06-01' }],
      points: 0,
      suspendedSince: null,
    });
    expect(found?.person).toEqual({ name: '王101', trade: '焊工', portrait: null });
    expect(JSON.stringify(found)).not.toContain('1970-');
    const company = rowOf(rows, 'd-company').find(({ facts }) => facts.company === COMPANIES.anlan);
    expect(company?.facts).toMatchObject({ admission: { releasedAt: null }, suspendedSince: null });
    expect(company?.facts.scores[0]).toMatchObject({ score: expect.any(Number) });
    expect(
      rowOf(rows, 'b-key')
        .map(({ member, key }) => `${member} ${key.use}`)
        .sort(),
    ).toEqual(['hengyuan code', 'hengyuan pack', 'qichuan code']);
    expect(company?.name).toBe('安澜建设');
    expect(header.count).toBe(rows.length);
  });

  it('tells of a pack key of the own member that was added, and of one that was retired or compromised', async () => {
    const gate = await registerGate(port);
    const { descriptor } = port.deps.keys.key('pack');
    const spare = { ...descriptor, kid: 'A'.repeat(43) };
    const packKeys = async () =>
      rowOf((await lists(port, gate)).rows, 'b-key')
        .filter(({ key }) => key.use === 'pack')
        .map(({ member, key, to }) => [member, key.kid, to])
        .sort();
    const live = ['hengyuan', descriptor.kid, null];
    await port.tell({ name: 'member.key_registered', data: { member: 'hengyuan', key: spare } });
    expect(await packKeys()).toEqual([live, ['hengyuan', spare.kid, null]].sort());
    const compromisedSince = toInstant(NOW_MS);
    await port.tell({
      name: 'member.key_retired',
      data: { member: 'hengyuan', kid: spare.kid, compromisedSince },
    });
    expect(await packKeys()).toEqual([live, ['hengyuan', spare.kid, toInstant(NOW_MS)]].sort());
  });

  it('calls a company by the name given here, else as a tenant, else as the node itself, else by its id', async () => {
    const gate = await registerGate(port);
    const { db } = port.deps;
    const admission = `adm_${'9'.repeat(32)}`;
    const from = toInstant(NOW_MS);
    await port.tell({
      name: 'site.admitted',
      data: { site: 'pier-1', company: COMPANIES.hengyuan, admission, from, owner: 'hengyuan' },
    });
    const nameOf = async (company: string) =>
      rowOf((await lists(port, gate)).rows, 'd-company').find(({ facts }) => facts.company === company)?.name;
    expect(await nameOf(COMPANIES.anlan)).toBe('安澜建设');
    expect(await nameOf(COMPANIES.hengyuan)).toBe(port.deps.config.name.zh);
    expect(await nameOf(COMPANIES.dinggu)).toBe(COMPANIES.dinggu);
    await db.insert(companyNames).values({ company: COMPANIES.dinggu, zh: '鼎固建设', en: 'Dinggu', version: 1 });
    expect(await nameOf(COMPANIES.dinggu)).toBe('鼎固建设');
  });

  it('follows a renewal that takes a paper’s place, until the renewal is revoked', async () => {
    const gate = await registerGate(port);
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 106);
    const old = await scenes.registerWelding(port, [port], worker);
    const { passId } = await scenes.claimed(
      port,
      scenes.phone(),
      scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
    );
    const papers = async () => {
      const found = rowOf((await lists(port, gate)).rows, 'e-worker').find((row) => row.facts.pass === passId);
      return new Map(found?.facts.papers.map((paper) => [paper.credential, paper]));
    };
    const args = await port.lastCommand('credential:register');
    const renewal = { ...args, credential: `crd_${'f'.repeat(32)}`, supersedes: old, validFrom: '2026-11-20' };
    await port.tell({ name: 'credential.registered', data: { ...renewal, attestor: 'hengyuan' } });
    const after = await papers();
    expect(after.get(old)).toMatchObject({ supersededFrom: '2026-11-20', standing: 'in_force' });
    expect(after.get(renewal.credential)).toMatchObject({ supersededFrom: null, validFrom: '2026-11-20' });
    await port.tell(scenes.revoked(renewal.credential));
    expect((await papers()).get(old)).toMatchObject({ supersededFrom: null });
  });

  it('names the pack before it, and is signed anew while the rows stay the same', async () => {
    const gate = await registerGate(port);
    const first = await lists(port, gate);
    port.time.ms += 60_000;
    const second = await lists(port, gate, first.header);
    port.time.ms -= 60_000;
    expect(second.header).toMatchObject({ previous: first.digest, rows: first.header.rows });
    expect(second.header.madeAt > first.header.madeAt).toBe(true);
    const leaves = (await port.deps.db.select().from(evidence).where(eq(evidence.kind, 'pack-made'))).filter(
      ({ record }) =>
        JSON.parse(Buffer.from(record.split('.')[1] ?? '', 'base64url').toString()).rows === first.header.rows,
    );
    expect(leaves).toHaveLength(1);
  });

  it('leaves the rows out for a gate that has them', async () => {
    const gate = await registerGate(port);
    const { header } = await lists(port, gate);
    const again = await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack?have=${header.rows}`);
    expect(again.body).toEqual({ jws: expect.any(String) });
    const other = await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack?have=${'A'.repeat(43)}`);
    expect(other.body).toMatchObject({ rows: expect.any(String) });
  });

  it('shows a suspension, a revocation and points at the next sync', async () => {
    const gate = await registerGate(port);
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 102);
    const credential = await scenes.registerWelding(port, [port], worker);
    const { passId } = await scenes.claimed(
      port,
      scenes.phone(),
      scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
    );
    const facts = async () =>
      rowOf((await lists(port, gate)).rows, 'e-worker').find((row) => row.facts.pass === passId)?.facts;
    const suspended = await port.call(MANAGER, 'POST', '/suspensions', {
      site: 'pier-1',
      subject: { kind: 'pass', pass: passId },
      reason: 'serious_violation',
    });
    const points = { pass: passId, clause: 'no_helmet', occurredAt: toInstant(NOW_MS - 1000) };
    expect((await port.call(MANAGER, 'POST', '/person-points', points)).body).toMatchObject({ points: 3, total: 3 });
    await port.tell(scenes.revoked(credential));
    expect(await facts()).toMatchObject({
      suspendedSince: toInstant(NOW_MS),
      points: 3,
      papers: [{ standing: 'revoked' }],
    });
    const { suspension } = z.object({ suspension: z.string() }).parse(suspended.body);
    expect((await port.call(MANAGER, 'POST', `/suspensions/${suspension}/end`)).body).toMatchObject({
      endedAt: toInstant(NOW_MS),
    });
    expect((await port.call(MANAGER, 'POST', `/suspensions/${suspension}/end`)).body).toMatchObject({
      code: 'invalid_transition',
    });
    expect(await facts()).toMatchObject({ suspendedSince: null });
  });

  it('shows a suspended company, and keeps a compromised key off the lists', async () => {
    const gate = await registerGate(port);
    await port.call(MANAGER, 'POST', '/suspensions', {
      site: 'pier-1',
      subject: { kind: 'company', company: COMPANIES.dinggu },
      reason: 'accident_inquiry',
    });
    const { kid } = cars.deps.keys.key('code').descriptor;
    await port.tell({
      name: 'member.key_retired',
      data: { member: 'qichuan', kid, compromisedSince: toInstant(NOW_MS) },
    });
    const { rows } = await lists(port, gate);
    expect(rowOf(rows, 'd-company').find(({ facts }) => facts.company === COMPANIES.dinggu)?.facts.suspendedSince).toBe(
      toInstant(NOW_MS),
    );
    expect(rowOf(rows, 'b-key').filter(({ member }) => member === 'qichuan')).toEqual([]);
  });

  it('is given to its own gate only', async () => {
    const [one, other] = [await registerGate(port), await registerGate(port)];
    const stolen = await port.call(other.as, 'GET', `/gates/${one.gate}/pack`);
    const absent = await port.call(other.as, 'GET', `/gates/gat_${'0'.repeat(32)}/pack`);
    expect(stolen.body).toMatchObject({ code: 'not_found' });
    expect(stolen.status).toBe(absent.status);
    expect((await port.call(MANAGER, 'GET', `/gates/${one.gate}/pack`)).body).toMatchObject({ code: 'forbidden' });
    expect((await upload(port, one, ['x'])).body).toMatchObject({ code: 'invalid_input', field: '/decisions/0' });
  });
});
