import { canonicalBytes, instantMs, type TrustBundle, toInstant } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PortalNode, startPortalNode } from '../portal/portalNode.ts';
import { freshId, freshKey } from '../support/governors.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const DINGGU = { member: 'dinggu', company: '91990101MAAA00039J' };
const fetch = createFetch({ localhostToLoopback: true });

/** 恒远, whose node this is, governs with 启川 and 正衡, lets a contractor in, and is expelled. */
describe('a governor of three that was expelled', () => {
  let node: PortalNode;
  let admission: string;

  beforeAll(async () => {
    node = await startPortalNode();
    await node.decide({
      action: 'member.admit',
      member: { ...DINGGU, kind: 'participant', sponsor: 'qichuan', keys: [freshKey('actor').descriptor] },
    });
    const manager = node.as('safety-manager');
    await manager.registerSite({ body: { site: 'terminal', name: { zh: '码头', en: 'Terminal' } } });
    await until('the contractor is known', async () =>
      (await manager.listMembers({})).items.some(({ member }) => member === DINGGU.member),
    );
    ({ admission } = await manager.admitCompany({ params: { site: 'terminal' }, body: { company: DINGGU.company } }));
    const windDownUntil = toInstant(Date.now() + HOUR_MS);
    await node.decide({ action: 'member.expel', member: 'hengyuan', windDownUntil });
    await until('the expulsion is followed', async () =>
      (await manager.listMembers({})).items.some(({ member, state }) => member === 'hengyuan' && state === 'expelled'),
    );
  });
  afterAll(() => node?.close());

  const commandsNamed = async (name: string) =>
    (await node.as('administrator').listCommands({ query: { limit: 100 } })).items.filter((one) => one.name === name);
  const followsSite = (site: string) =>
    until(`${site} is followed`, async () =>
      (await node.as('safety-manager').listSites({})).items.some((one) => one.site === site),
    );

  it.each<[string, string, (site: string) => Promise<unknown>]>([
    [
      'a command of its person',
      'site:register',
      (site) => node.as('safety-manager').registerSite({ body: { site, name: { zh: '堆场', en: 'Yard' } } }),
    ],
    [
      'a proposal of its delegate',
      'proposal:open',
      () =>
        node.as('governor-delegate').openProposal({
          body: { proposed: { action: 'credit.lift_blocklisting', company: DINGGU.company } },
        }),
    ],
  ])('is refused %s with a code of its own, for good', async (_, name, act) => {
    const site = `yard-${freshId('cmd').slice(4, 12)}`;
    await expect(act(site)).rejects.toMatchObject({ code: 'member_expelled' });
    const refused = (await commandsNamed(name))[0];
    expect(refused).toMatchObject({ state: 'refused', error: { code: 'member_expelled' } });
    await node.submit(node.qichuan, 'site:register', { site: `q-${site}` });
    await followsSite(`q-${site}`);
    expect((await commandsNamed(name))[0]).toEqual(refused);
  });

  it('goes on following, and its node is ready', async () => {
    await node.submit(node.qichuan, 'site:register', { site: 'paint-shop' });
    await followsSite('paint-shop');
    const ready = await fetch(`${node.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([200, expect.objectContaining({ following: true })]);
  });

  it('leaves the two others their majority', async () => {
    await node.decide({
      action: 'credit.blocklist',
      company: DINGGU.company,
      ground: 'false_repair',
      evidence: [],
      termMonths: 12,
    });
    const decided = await until('the decision is followed', async () =>
      (await node.as('auditor').listProposals({})).items.find(
        ({ proposed, outcome }) => proposed.action === 'credit.blocklist' && outcome.code !== 'open',
      ),
    );
    expect(decided).toMatchObject({ outcome: { code: 'adopted' }, electorate: ['qichuan', 'zhengheng'], quorum: 2 });
  });

  it('lets people out by itself while it winds down, and anybody can verify that, but nothing else of that time', async () => {
    const { ledger } = (await node.as('safety-manager').releaseCompany({ params: { admission }, body: {} })) as {
      ledger?: { txId: string | null; state: string };
    };
    expect(ledger?.state).toBe('committed');
    const trust = await node.as('auditor').getTrust({});
    const proves = async (txId: string, trusted: TrustBundle) => {
      const bundle = await node.as('auditor').proveTransaction({ params: { txId } });
      const { checks } = await verifyBundle(canonicalBytes(bundle), trusted, { now: new Date() });
      return checks.find(({ ok }) => !ok)?.name ?? 'proven';
    };
    /** As if the expulsion were an hour old: clocks may differ by minutes. */
    const longAgo: TrustBundle = {
      ...trust,
      members: trust.members.map((one) =>
        one.member === 'hengyuan' ? { ...one, to: toInstant(instantMs(one.to ?? '') - HOUR_MS) } : one,
      ),
    };
    const registered = (await commandsNamed('site:register')).find(({ state }) => state === 'committed');
    expect(await proves(ledger?.txId ?? '', longAgo)).toBe('proven');
    expect(await proves(registered?.txId ?? '', trust)).toBe('proven');
    expect(await proves(registered?.txId ?? '', longAgo)).toBe('transaction_creator');
  });
});
