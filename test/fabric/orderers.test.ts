import type { ConnectedLedger } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric, type FabricClient, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { processesUnder } from '../support/processesUnder.ts';
import { requireEffectsOnce, workSteadily } from '../support/steadyWork.ts';

const CLIENTS: readonly FabricClient[] = ['fabric-gateway', 'fabric-network'];
const MEMBERS = ['hengyuan', 'qichuan', 'zhengheng'] as const;
/** An orderer that dies may take transactions with it: a client sees that after 20 s, and its next one may meet the same. */
const PATIENCE = { withinMs: 150_000 };

describe.skipIf(noFabric)(unless(noFabric, 'a network of three Raft orderers'), { timeout: 400_000 }, () => {
  let network: FabricNetwork;
  let governor: Governor;
  const ledgers = new Map<FabricClient, ConnectedLedger>();
  const ledgerOf = (client: FabricClient) => ledgers.get(client) as ConnectedLedger;
  let sites = 0;
  const newSite = () => {
    sites += 1;
    return signedBy(governor, 'site:register', { site: `site-${sites}` });
  };

  beforeAll(async () => {
    network = await openFabricNetwork('raft3');
    [governor] = network.governors as [Governor];
    for (const client of CLIENTS) ledgers.set(client, connectFabric(network, governor, client));
    await foundChannel(network.governors, ledgerOf('fabric-gateway'));
  }, 300_000);
  afterAll(async () => {
    for (const ledger of ledgers.values()) ledger.close();
    await network?.down();
    network?.remove();
  });

  // One of the three leads, whichever that is.
  it.each(CLIENTS.flatMap((client) => MEMBERS.map((member) => [member, client] as const)))(
    'goes on with the work while %s’s orderer is down, written to by %s, and loses and repeats nothing',
    async (member, client) => {
      const ledger = ledgerOf(client);
      const { height } = await ledger.describe();
      const work = workSteadily(ledger, newSite);
      await work.more(5, PATIENCE);
      await network.kill(`${member}/orderer`);
      await work.more(10, PATIENCE);
      await network.up();
      await work.more(5, PATIENCE);
      await work.finish();
      await requireEffectsOnce(ledger, height, work);
    },
  );

  /** More than 2 MB of log: at the sizes that Fabric suggests, an orderer of 2.5.0 to 2.5.2 reads no more (hyperledger/fabric#4199). */
  const MANY = 500;
  it('has every orderer back after a power cut, however often they were cut off and however much was written', async () => {
    const ledger = ledgerOf('fabric-gateway');
    const work = workSteadily(ledger, newSite, 50);
    await work.more(MANY, { withinMs: 120_000 });
    await work.finish();
    for (let cut = 0; cut < 2; cut++) {
      await Promise.all(MEMBERS.map((member) => network.kill(`${member}/orderer`)));
      await network.up();
    }
    await ledger.submit(newSite());
  });

  it('leaves no process behind when it is taken down', async () => {
    const { dir } = network.plan;
    // Three peers, three orderers, three processes of chaincode.
    expect(processesUnder(dir)).toHaveLength(9);
    await network.down();
    expect(processesUnder(dir)).toEqual([]);
  });
});
