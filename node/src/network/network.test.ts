import { Proposal, toInstant } from '@anlian/contracts';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { evidence } from '../evidence/tables.ts';
import { beginning, COMPANIES, type MemberNode, NOW_MS, startMember } from '../workers/fixtures/memberNode.ts';
import { governorsCodeKeys, keyHistory, liveKeys } from './store.ts';
import { proposals } from './tables.ts';

const HOUR_MS = 3_600_000;

describe.each(eachDatabase)('the network on $name', ({ open }) => {
  let port: MemberNode;
  let cars: MemberNode;
  beforeAll(async () => {
    port = await startMember((await open()).db, 'hengyuan', new Map());
    cars = await startMember((await open()).db, 'qichuan', new Map());
    for (const node of [port, cars]) await node.tell(...beginning([port, cars]));
  });
  afterAll(() => {
    for (const node of [port, cars]) node.stop();
  });

  describe('a retired key', () => {
    const retire = (kid: string, compromisedSince: string | null) =>
      port.tell({ name: 'member.key_retired', data: { member: 'hengyuan', kid, compromisedSince } });

    it('that turns out to be compromised is told so, and stays retired from the first time on', async () => {
      const { kid } = port.deps.keys.key('code').descriptor;
      const found = async () => (await keyHistory(port.deps.db)).find(({ key }) => key.kid === kid);
      await retire(kid, null);
      expect(await found()).toMatchObject({ retiredAt: toInstant(NOW_MS), compromisedSince: null });
      port.time.ms += HOUR_MS;
      const compromisedSince = toInstant(NOW_MS - HOUR_MS);
      await retire(kid, compromisedSince);
      await retire(kid, null);
      port.time.ms -= HOUR_MS;
      expect(await found()).toMatchObject({ retiredAt: toInstant(NOW_MS), compromisedSince });
    });
  });

  const admissionsOfSite = async () => {
    const { body } = await port.call('safety_manager.hengyuan', 'GET', '/sites/pier-1/admissions');
    return (body as { items: { admission: string; company: string }[] }).items;
  };

  describe('admissions to a site', () => {
    const seen = async (node: MemberNode, as: string, site: string) => {
      const { status, body } = await node.call(as, 'GET', `/sites/${site}/admissions`);
      expect(status).toBe(200);
      return (body as { items: { company: string }[] }).items.map(({ company }) => company);
    };
    it.each<[string, 'port' | 'cars', string, readonly string[]]>([
      ['all of them to the site owner’s staff', 'port', 'clerk.hengyuan', [COMPANIES.anlan, COMPANIES.dinggu]],
      ['all of them to another governor’s staff', 'cars', 'clerk.qichuan', [COMPANIES.anlan, COMPANIES.dinggu]],
      ['its own to a tenant', 'port', 'clerk.anlan', [COMPANIES.anlan]],
      ['none to a tenant whom the ledger does not know', 'port', 'clerk.newcomer', []],
    ])('show %s', async (_what, node, as, companies) => {
      expect(await seen(node === 'port' ? port : cars, as, 'pier-1')).toEqual(companies);
    });
  });

  it('a company that is admitted to a site is not admitted again: the answer names the admission that stands', async () => {
    const again = () =>
      port.call('safety_manager.hengyuan', 'POST', '/sites/pier-1/admissions', { company: COMPANIES.dinggu });
    const admission = (await admissionsOfSite()).find(({ company }) => company === COMPANIES.dinggu)?.admission;
    expect(await again()).toMatchObject({
      status: 409,
      body: { code: 'already_exists', field: '/company', detail: admission },
    });
  });

  describe('proposals', () => {
    const list = async (query: string) => {
      const { status, body } = await port.call('governor_delegate.hengyuan', 'GET', `/proposals${query}`);
      return { status, ...(body as { items: { proposal: string }[]; next?: string; code?: string; field?: string }) };
    };

    const LAPSES_MS = NOW_MS + 30 * 24 * HOUR_MS;
    const open = (proposal: string) =>
      port.tell({
        name: 'proposal.opened',
        data: {
          proposal,
          proposed: { action: 'channel.open' },
          by: 'qichuan',
          quorum: 2,
          electorate: ['hengyuan', 'qichuan'],
          lapsesAt: toInstant(LAPSES_MS),
        },
      });
    afterEach(async () => {
      port.time.ms = NOW_MS;
      await port.deps.db.delete(proposals);
    });

    it('of one instant are each on one page', async () => {
      const ids = ['1', '2', '3'].map((digit) => `prp_${digit.repeat(32)}`);
      for (const proposal of ids) await open(proposal);
      const seen: string[] = [];
      for (let next: string | undefined = ''; next !== undefined; ) {
        const page: Awaited<ReturnType<typeof list>> = await list(`?limit=1${next && `&cursor=${next}`}`);
        seen.push(...page.items.map(({ proposal }) => proposal));
        next = page.next;
      }
      expect(seen).toEqual(ids.toReversed());
    });

    it('reads as lapsed from the instant on that was fixed when it opened', async () => {
      const proposal = `prp_${'4'.repeat(32)}`;
      await open(proposal);
      const outcome = async () => {
        const { body } = await port.call('governor_delegate.hengyuan', 'GET', `/proposals/${proposal}`);
        return Proposal.parse(body).outcome;
      };
      port.time.ms = LAPSES_MS - 1;
      expect(await outcome()).toEqual({ code: 'open', text: { zh: '表决中', en: 'Open' } });
      port.time.ms += 1;
      expect(await outcome()).toEqual({ code: 'lapsed', text: { zh: '逾期未决', en: 'Lapsed undecided' } });
    });

    it.each(['x', '2026-11-22T08:00:00.000Z', Buffer.from('["a"]').toString('base64url')])(
      'are not listed from a place that no page gave (%s)',
      async (cursor) => {
        expect(await list(`?cursor=${cursor}`)).toMatchObject({ status: 400, code: 'invalid_input', field: 'cursor' });
      },
    );
  });

  it('where another member’s node is leaves evidence of who said so', async () => {
    const url = 'https://cars.example';
    expect((await port.call('administrator.hengyuan', 'PUT', '/peers/qichuan', { url })).status).toBe(200);
    const rows = await port.deps.db.select().from(evidence).where(eq(evidence.kind, 'record-changed'));
    expect(rows.map(({ record }) => JSON.parse(record))).toContainEqual({
      v: 1,
      kind: 'peer-set',
      member: 'qichuan',
      url,
      by: 'administrator',
      at: toInstant(NOW_MS),
    });
  });

  it('an expelled member’s node is heard until its wind-down ends; its other keys end at once', async () => {
    const { db } = port.deps;
    const windDownUntil = toInstant(NOW_MS + HOUR_MS);
    expect(await liveKeys(db, 'qichuan', 'code', NOW_MS)).toHaveLength(1);
    expect(await governorsCodeKeys(db)).toMatchObject([{ member: 'qichuan', to: null }]);
    await port.tell({ name: 'member.expelled', data: { member: 'qichuan', windDownUntil } });
    const entity = cars.deps.keys.key('entity').descriptor;
    expect(await liveKeys(db, 'qichuan', 'entity', NOW_MS + HOUR_MS - 1)).toEqual([entity]);
    expect(await liveKeys(db, 'qichuan', 'entity', NOW_MS + HOUR_MS)).toEqual([]);
    expect(await liveKeys(db, 'qichuan', 'code', NOW_MS)).toEqual([]);
    expect(await governorsCodeKeys(db)).toMatchObject([{ member: 'qichuan', to: toInstant(NOW_MS) }]);
    port.time.ms += HOUR_MS;
    const { kid } = cars.deps.keys.key('code').descriptor;
    await port.tell({ name: 'member.key_retired', data: { member: 'qichuan', kid, compromisedSince: null } });
    port.time.ms -= HOUR_MS;
    expect(await governorsCodeKeys(db)).toMatchObject([{ member: 'qichuan', to: toInstant(NOW_MS) }]);
  });
});
