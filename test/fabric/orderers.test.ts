import type { ConnectedLedger } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric, type FabricClient, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { fabricMissing } from '../support/fabricThere.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { processesUnder } from '../support/processesUnder.ts';
import { effectsOnLedger, workSteadily } from '../support/steadyWork.ts';
import { until } from '../support/until.ts';

const CLIENTS: readonly FabricClient[] = ['fabric-gateway', 'fabric-network'];
const missing = fabricMissing === undefined ? '' : ` (skipped: ${fabricMissing})`;

describe.skipIf(fabricMissing).each(CLIENTS)(
  `a network of three Raft orderers, written to by %s${missing}`,
  { timeout: 400_000 },
  (client) => {
    let network: FabricNetwork;
    let governor: Governor;
    let ledger: ConnectedLedger;
    let sites = 0;
    const newSite = () => {
      sites += 1;
      return signedBy(governor, 'site:register', { site: `site-${sites}` });
    };

    beforeAll(async () => {
      network = await openFabricNetwork('raft3');
      [governor] = network.governors as [Governor];
      ledger = connectFabric(network, governor, client);
      await foundChannel(network.governors, ledger);
    }, 300_000);
    afterAll(async () => {
      ledger?.close();
      await network?.down();
      network?.remove();
    });

    // One of the three leads, whichever that is.
    it.each(['hengyuan', 'qichuan', 'zhengheng'])(
      'goes on with the work while %s’s orderer is down, and loses and repeats nothing',
      async (member) => {
        const { height } = await ledger.describe();
        const work = workSteadily(ledger, newSite);
        const more = (count: number) => {
          const before = work.acknowledged.size;
          // An orderer that dies may take transactions with it: a client sees that after 20 s, and its next one may meet the same.
          const enough = () => work.acknowledged.size >= before + count;
          return until(`${count} more are acknowledged`, enough, { withinMs: 150_000 });
        };
        await more(5);
        await network.kill(`${member}/orderer`);
        await more(10);
        await network.up();
        await more(5);
        await work.finish();
        const effects = await effectsOnLedger(ledger, height);
        expect([...effects.values()].filter((count) => count !== 1)).toEqual([]);
        expect([...effects.keys()].sort()).toEqual([...work.acknowledged.keys()].sort());
      },
    );

    it('leaves no process behind when it is taken down', async () => {
      const { dir } = network.plan;
      // Three peers, three orderers, three processes of chaincode.
      expect(processesUnder(dir)).toHaveLength(9);
      await network.down();
      expect(processesUnder(dir)).toEqual([]);
    });
  },
);
