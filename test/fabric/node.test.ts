import { CREDIT_POLICY_1, toInstant } from '@anlian/contracts';
import { createFetch } from '@anlian/sdk/http';
import type { ConnectedLedger } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { type FabricNode, prepareFabricNode } from '../support/fabricNode.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { foundChannel, freshId, type Governor, signedBy } from '../support/governors.ts';
import { blocksOf } from '../support/governorsLedger.ts';
import { tamperWithRules } from '../support/tamperedChaincode.ts';
import { until } from '../support/until.ts';

const fetch = createFetch({ localhostToLoopback: true });
const NAME = { zh: '堆场', en: 'Yard' };
/** Of one company: they must keep their order. */
const GRADES = ['A', 'B', 'C', 'D'] as const;

describe.skipIf(noFabric).each(['network', 'gateway'] as const)(
  unless(noFabric, 'a governor’s node on Fabric by the client “%s”'),
  (client) => {
    let network: FabricNetwork;
    let node: FabricNode;
    let qichuan: Governor;
    let ledger: ConnectedLedger;

    beforeAll(async () => {
      network = await openFabricNetwork();
      node = await prepareFabricNode(network, client);
      qichuan = node.governors[1] as Governor;
      ledger = connectFabric(network, qichuan, 'fabric-gateway');
      await foundChannel(node.governors, ledger);
      await adoptPolicy();
      await node.start();
    }, 300_000);
    afterAll(async () => {
      ledger?.close();
      await node?.close();
      await network?.down();
      network?.remove();
    });

    /** Two of three are a majority. */
    const adoptPolicy = async () => {
      const proposal = freshId('prp');
      const proposed = {
        action: 'credit.adopt_policy',
        policy: CREDIT_POLICY_1,
        effectiveAt: toInstant(Date.now()),
      } as const;
      await ledger.submit(signedBy(qichuan, 'proposal:open', { proposal, proposed }));
      await ledger.submit(signedBy(node.governors[2] as Governor, 'proposal:vote', { proposal, vote: 'for' }));
    };
    const readyz = async () => (await (await fetch(`${node.url}/readyz`)).json()) as Record<string, unknown>;
    const commands = async () => (await node.as('administrator').listCommands({ query: { limit: 500 } })).items;
    const register = (site: string) => node.as('safety-manager').registerSite({ body: { site, name: NAME } });
    const followsSite = (site: string) =>
      until(`${site} is followed`, async () =>
        (await node.as('safety-manager').listSites({})).items.some((one) => one.site === site),
      );

    it('records on the ledger, follows it and reproduces every endorsement', { timeout: 60_000 }, async () => {
      await until('ready', async () => (await readyz()).ready === true);
      expect((await register('terminal')).ledger).toMatchObject({ state: 'committed' });
      await ledger.submit(signedBy(qichuan, 'site:register', { site: 'yard' }));
      await followsSite('yard');
      const { company } = qichuan;
      const admitted = await node
        .as('safety-manager')
        .admitCompany({ params: { site: 'terminal' }, body: { company } });
      expect(admitted.ledger).toMatchObject({ state: 'committed' });
      expect(await readyz()).toMatchObject({ ready: true, ledger: true, fault: null });
      expect((await node.as('auditor').listLedgerAlarms({})).items).toEqual([]);
    });

    it('queues facts in order while the ledger is down, says so, and brings each there once when it is back', {
      timeout: 180_000,
    }, async () => {
      await network.down();
      for (const grade of GRADES) {
        const occurredAt = new Date().toISOString();
        const company = qichuan.company;
        await node.as('safety-manager').evaluateCompany({
          body: { company, site: 'terminal', grade, occurredAt, report: { text: grade } },
        });
      }
      const sites = ['berth-1', 'berth-2', 'berth-3'];
      for (const site of sites) expect((await register(site)).ledger).toMatchObject({ state: 'queued', txId: null });
      await until('the node says that the ledger is away', async () => (await readyz()).ledger === false);
      expect(await readyz()).toMatchObject({ ready: true, fault: 'ledger_unavailable' });
      const told = (await node.as('auditor').getNode({})).ledger;
      expect(told).toMatchObject({ reachable: false });
      expect(told.waitingCommands).toBeGreaterThanOrEqual(GRADES.length + sites.length);

      const queued = (await commands()).filter(({ state }) => state === 'queued').reverse();
      await network.up();
      await until('all are on the ledger', async () => (await commands()).every(({ state }) => state === 'committed'), {
        withinMs: 120_000,
      });
      expect(await readyz()).toMatchObject({ ready: true, ledger: true, fault: null });
      const effective = (await blocksOf(ledger))
        .flatMap(({ txs }) => txs.filter(({ code, events }) => code === 'VALID' && events.length > 0))
        .map(({ command }) => command.command.commandId);
      for (const { commandId } of queued) expect(effective.filter((one) => one === commandId)).toHaveLength(1);
      const graded = queued.filter(({ name }) => name === 'credit:evaluate').map(({ commandId }) => commandId);
      expect(effective.filter((commandId) => graded.includes(commandId))).toEqual(graded);
    });

    it('raises an alarm that names the majority, when a majority endorses by other rules', {
      timeout: 180_000,
    }, async () => {
      const tamperers = network.governors.slice(1);
      for (const governor of tamperers)
        await tamperWithRules(network, governor, (source) =>
          source.replace(/version:\s*1,\s*site,\s*owner\b/, 'version:7,site,owner'),
        );
      // Asked too, the honest governor would differ and nothing would be ordered.
      const own = await network.pidOf('hengyuan/peer');
      process.kill(own, 'SIGSTOP');
      try {
        const { txId } = await until('the tampered rules answer', () =>
          ledger.submit(signedBy(qichuan, 'site:register', { site: 'quay' })).catch(() => undefined),
        );
        process.kill(own, 'SIGCONT');
        await followsSite('quay');
        expect((await node.as('auditor').listLedgerAlarms({})).items).toMatchObject([
          {
            txId,
            carriedBy: 'qichuanMSP',
            endorsers: ['qichuanMSP', 'zhenghengMSP'],
            differs: [{ code: 'writes' }],
            refusal: null,
          },
        ]);
        expect(await readyz()).toMatchObject({ ready: true, notices: ['endorsement_not_reproduced'] });
      } finally {
        process.kill(own, 'SIGCONT');
      }
    });
  },
);
