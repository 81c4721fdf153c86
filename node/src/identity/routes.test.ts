import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import type { Db } from '../db/database.ts';
import * as evidenceTables from '../evidence/tables.ts';
import * as ledgerTables from '../ledger/tables.ts';
import { MEMBER, makeKey, remove, startIssuer, TENANT, type TestIssuer } from './fixtures/issuer.ts';
import { createTables } from './fixtures/tables.ts';
import * as tables from './tables.ts';

const label = { zh: '二号门', en: 'Gate two' };
const UNKNOWN = 'cli_00000000000000000000000000000000';
const { evidence } = evidenceTables;

describe.each(eachDatabase)('client administration on $name', ({ open }) => {
  let db: Db;
  let node: TestIssuer;
  let administrator: string;
  let tenant: string;
  const post = async (body: unknown, token: string | undefined = administrator, key: string = randomUUID()) => {
    const headers = { 'idempotency-key': key };
    const response = await node.api('/clients', {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      ...(token ? { token } : {}),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const answer = async (path: string, init: Parameters<TestIssuer['api']>[1] = {}) => {
    const response = await node.api(path, init);
    const { traceId: _differs, ...body } = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body };
  };
  beforeAll(async () => {
    ({ db } = await open());
    await createTables(db, tables, ledgerTables, evidenceTables);
    node = await startIssuer(db);
    administrator = await node.persona('administrator');
    tenant = await node.persona('administrator', TENANT);
  });
  afterAll(async () => {
    await node.stop();
    remove(node);
  });

  it('tells anybody how to sign in, and labels the development sign-in', async () => {
    const { status, body } = await answer('/identity');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: node.issuer,
      resource: node.resource,
      scope: 'api',
      member: MEMBER,
      development: true,
      label: { zh: expect.any(String), en: expect.any(String) },
    });
    expect(body.personas).toContainEqual({
      person: 'safety-manager',
      role: 'safety_manager',
      label: { zh: '安全管理员', en: 'Safety manager' },
    });
  });

  it('registers a machine with its evidence, once per key', async () => {
    const { publicJwk, kid } = await makeKey();
    const input = { roles: ['gate'], publicJwk, label };
    const first = await post(input, administrator, 'once');
    expect(first).toMatchObject({
      status: 201,
      body: { clientId: expect.stringMatching(/^cli_/), org: MEMBER, roles: ['gate'], kid, label, disabledAt: null },
    });
    expect(await post(input, administrator, 'once')).toEqual(first);
    expect(await post({ ...input, roles: ['node'] }, administrator, 'once')).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
    const records = (await db.select().from(evidence).where(eq(evidence.kind, 'record-changed'))).map(({ record }) =>
      JSON.parse(record),
    );
    expect(records.filter((record) => record.clientId === first.body.clientId)).toMatchObject([
      { object: 'client', became: 'registered', kid },
    ]);
  });

  it.each<[string, (valid: Record<string, unknown>) => unknown]>([
    ['a private key', (valid) => ({ ...valid, publicJwk: { ...(valid.publicJwk as object), d: 'A'.repeat(43) } })],
    [
      'a key off the curve',
      (valid) => ({ ...valid, publicJwk: { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) } }),
    ],
    ['a key of another curve', (valid) => ({ ...valid, publicJwk: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } })],
    ['a person’s role', (valid) => ({ ...valid, roles: ['administrator'] })],
    ['the role of another member’s node', (valid) => ({ ...valid, roles: ['member_node'] })],
    ['no role', (valid) => ({ ...valid, roles: [] })],
    ['an id of its own choice', (valid) => ({ ...valid, clientId: 'operator' })],
    ['an organisation of its own choice', (valid) => ({ ...valid, org: TENANT })],
    ['a label in one language', (valid) => ({ ...valid, label: { zh: '门' } })],
    ['nothing', () => null],
  ])('refuses %s, and stores nothing', async (_what, change) => {
    const { publicJwk } = await makeKey();
    const before = await db.$count(tables.clients);
    expect(await post(change({ roles: ['gate'], publicJwk, label }))).toMatchObject({ status: 400 });
    expect(await db.$count(tables.clients)).toBe(before);
  });

  it('asks for a token and for the role', async () => {
    for (const init of [{}, { token: 'eyJhbGciOiJub25lIn0.e30.' }]) {
      expect(await answer('/clients', init)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    }
    const clerk = await node.persona('clerk');
    const needs = { code: 'forbidden', detail: 'needs administrator or auditor' };
    expect(await answer('/clients', { token: clerk })).toMatchObject({ status: 403, body: needs });
    const auditor = await node.persona('auditor');
    expect((await answer('/clients', { token: auditor })).status).toBe(200);
    expect((await post({}, auditor)).status).toBe(403);
    expect((await answer(`/clients/${UNKNOWN}`, { method: 'DELETE', token: auditor })).status).toBe(403);
  });

  it('lists in pages without end or repetition', async () => {
    for (let i = 0; i < 5; i += 1) await node.register(MEMBER, ['gate']);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const { body } = await answer(`/clients${query}`, { token: administrator });
      const page = body as { items: { clientId: string }[]; next?: string };
      seen.push(...page.items.map(({ clientId }) => clientId));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(await db.$count(tables.clients));
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('keeps a tenant to its own machines: another’s answers as one that does not exist', async () => {
    const own = await node.register(MEMBER, ['gate']);
    const { publicJwk } = await makeKey();
    const made = await post({ roles: ['gate'], publicJwk, label }, tenant);
    expect(made.body.org).toBe(TENANT);
    const { body } = await answer('/clients', { token: tenant });
    expect((body as { items: { clientId: string }[] }).items.map(({ clientId }) => clientId)).toEqual([
      made.body.clientId,
    ]);

    const foreign = await answer(`/clients/${own.clientId}`, { method: 'DELETE', token: tenant });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(foreign).toEqual(await answer(`/clients/${UNKNOWN}`, { method: 'DELETE', token: tenant }));
    expect((await answer(`/clients/${made.body.clientId}`, { method: 'DELETE', token: administrator })).status).toBe(
      200,
    );
  });

  it('disables once: repeating it changes neither the time nor the evidence', async () => {
    const { clientId } = await node.register(MEMBER, ['gate']);
    const first = await answer(`/clients/${clientId}`, { method: 'DELETE', token: administrator });
    expect(first).toMatchObject({ status: 200, body: { clientId, disabledAt: expect.any(String) } });
    node.ahead.ms += 1000;
    expect(await answer(`/clients/${clientId}`, { method: 'DELETE', token: administrator })).toEqual(first);
    const records = (await db.select().from(evidence)).map(({ record }) => JSON.parse(record));
    expect(records.filter((record) => record.clientId === clientId)).toHaveLength(1);
  });

  it.each(['operator', MEMBER, "x' or 1=1", '%2e%2e'])('takes %j for no client id', async (clientId) => {
    expect(
      await answer(`/clients/${encodeURIComponent(clientId)}`, { method: 'DELETE', token: administrator }),
    ).toMatchObject({ status: 400 });
  });
});
