import { createHash } from 'node:crypto';
import { canonicalBytes, toInstant } from '@anlian/contracts';
import { present } from '@anlian/sdk/code';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { evidence } from '../evidence/tables.ts';
import { type MemberNode, NOW_MS } from '../workers/fixtures/memberNode.ts';
import * as scenes from '../workers/fixtures/scenes.ts';
import { keyPair, lists, MANAGER, registerGate, rowOf, startPort } from './fixtures/gateScenes.ts';
import { packs } from './tables.ts';

describe.each(eachDatabase)('gates on $name', (database) => {
  let port: MemberNode;

  let stop: () => void;
  beforeAll(async () => {
    ({ port, stop } = await startPort(database));
  });
  afterAll(() => stop?.());

  describe('the requirement set', () => {
    it('is versioned; a writer who has not seen the last version is refused', async () => {
      expect((await port.call(MANAGER, 'GET', '/sites/pier-1/policy')).status).toBe(404);
      const gate = await registerGate(port);
      expect((await port.call(gate.as, 'GET', `/gates/${gate.gate}/pack`)).body).toMatchObject({
        code: 'site_policy_missing',
      });
      expect((await scenes.putPolicy(port, 'pier-1')).body).toMatchObject({ version: 1 });
      expect((await scenes.putPolicy(port, 'pier-1')).body).toMatchObject({ code: 'version_conflict' });
      const read = await port.call(MANAGER, 'GET', '/sites/pier-1/policy');
      expect(read.headers.get('etag')).toBe('"1"');
      expect((await scenes.putPolicy(port, 'pier-1', 1)).body).toMatchObject({ version: 2 });
      const history = await port.call(MANAGER, 'GET', '/sites/pier-1/policy/history');
      expect(history.body).toMatchObject({ items: [{ version: 1 }, { version: 2 }] });
    });

    it('is the owner’s: others are told of no such site, other roles are refused', async () => {
      expect((await scenes.putPolicy(port, 'paint-shop')).body).toMatchObject({ code: 'not_found' });
      const put = (as: string) =>
        port.call(as, 'PUT', '/sites/pier-1/policy', scenes.sitePolicy, { 'if-match': '"2"' });
      expect((await put('supervisor.hengyuan')).body).toMatchObject({ code: 'forbidden' });
      expect((await put('safety_manager.anlan')).body).toMatchObject({ code: 'not_found' });
      expect((await put('')).body).toMatchObject({ code: 'unauthenticated' });
    });

    it.each([
      [
        'two requirements of one id',
        { requirements: [scenes.sitePolicy.requirements[0], scenes.sitePolicy.requirements[0]] },
      ],
      [
        'an unknown certificate',
        {
          requirements: [{ ...scenes.sitePolicy.requirements[0], need: { need: 'worker_certificate', types: ['x'] } }],
        },
      ],
      ['an unknown field', { anything: 1 }],
    ])('is refused with %s', async (_case, change) => {
      const put = await scenes.putPolicy(port, 'pier-1', 2, { ...scenes.sitePolicy, ...change });
      expect(put.body).toMatchObject({ code: 'invalid_input' });
    });
  });
  it('a new invitation for a lost phone leaves evidence', async () => {
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 107);
    const { pass } = await scenes.enrol(port, 'clerk.anlan', worker);
    expect((await port.call(MANAGER, 'POST', `/passes/${pass}/reissue-invite`)).status).toBe(200);
    const rows = await port.deps.db.select().from(evidence).where(eq(evidence.kind, 'record-changed'));
    const records = rows.map(({ record }) => JSON.parse(record));
    expect(records.filter((record) => record.pass === pass)).toEqual([
      { v: 1, kind: 'pass-reinvited', pass, for: 'hengyuan', at: toInstant(NOW_MS) },
    ]);
  });

  it('a gate’s decision key goes to the ledger, and never signs in', async () => {
    const { gate, kid } = await registerGate(port);
    expect(await port.lastCommand('member:register_key')).toMatchObject({ key: { kid, use: 'gate', gate } });
    const { jwk } = keyPair();
    const one = await port.call('administrator.hengyuan', 'POST', '/gates', {
      site: 'pier-1',
      label: { zh: '门', en: 'Gate' },
      gateKey: jwk,
      clientKey: jwk,
    });
    expect(one.body).toMatchObject({ code: 'invalid_input', field: '/clientKey' });
    const elsewhere = await port.call('administrator.hengyuan', 'POST', '/gates', {
      site: 'paint-shop',
      label: { zh: '门', en: 'Gate' },
      gateKey: jwk,
      clientKey: keyPair().jwk,
    });
    expect(elsewhere.body).toMatchObject({ code: 'not_found' });
  });

  it('a pass that the phone presents is the one whose key is on the lists', async () => {
    const gate = await registerGate(port);
    const worker = await scenes.enterWorker(port, 'clerk.anlan', 105);
    const phone = scenes.phone();
    const { pass, passId } = await scenes.claimed(
      port,
      phone,
      scenes.tokenOf(await scenes.enrol(port, 'clerk.anlan', worker)),
    );
    const shown = await present(Buffer.from(pass, 'base64url'), NOW_MS / 1000, phone.sign);
    expect(shown.length).toBeLessThanOrEqual(355);
    const facts = rowOf((await lists(port, gate)).rows, 'e-worker').find((row) => row.facts.pass === passId)?.facts;
    expect(facts?.holderKey).toBe(createHash('sha256').update(canonicalBytes(phone.publicJwk)).digest('base64url'));
    expect(await port.deps.db.select().from(packs)).toHaveLength(1);
  });
});
