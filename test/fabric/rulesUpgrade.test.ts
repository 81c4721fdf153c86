import { fabricUp } from '@anlian/consortium/fabric';
import type { PassedOver } from '@anlian/contracts';
import { buildChaincode, bundleOf, type ChaincodeBundle, definedVersion } from '@anlian/sdk/fabric';
import { createFetch } from '@anlian/sdk/http';
import type { ConnectedLedger } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { type FabricNode, prepareFabricNode } from '../support/fabricNode.ts';
import { fabricBinaries, noFabric, unless } from '../support/fabricParts.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { until } from '../support/until.ts';

const fetch = createFetch({ localhostToLoopback: true });
const quiet = { step: () => ({ advance: () => undefined, done: () => undefined }) };

describe.skipIf(noFabric)(unless(noFabric, 'a channel whose members go over to other rules'), () => {
  let network: FabricNetwork;
  let node: FabricNode;
  let qichuan: Governor;
  let ledger: ConnectedLedger;
  let [own, other] = [{}, {}] as [ChaincodeBundle, ChaincodeBundle];

  beforeAll(async () => {
    own = await buildChaincode();
    const source = Buffer.from(own.bytes).toString('utf8');
    const changed = source.replace(/version:\s*1,\s*site,\s*owner\b/, 'version:7,site,owner');
    expect(changed).not.toBe(source);
    other = bundleOf(Buffer.from(changed));
    network = await openFabricNetwork();
    node = await prepareFabricNode(network, 'gateway');
    qichuan = node.governors[1] as Governor;
    ledger = connectFabric(network, qichuan, 'fabric-gateway');
    await foundChannel(node.governors, ledger);
    await node.start();
  }, 300_000);
  afterAll(async () => {
    ledger?.close();
    await node?.close();
    await network?.down();
    network?.remove();
  });

  const goOverTo = async (bundle: ChaincodeBundle): Promise<void> =>
    fabricUp({
      plan: network.plan,
      binaries: await fabricBinaries(),
      sources: { crypto: globalThis.crypto, now: new Date() },
      progress: quiet,
      signal: new AbortController().signal,
      bundle,
    });
  const readyz = async () =>
    (await (await fetch(`${node.url}/readyz`)).json()) as {
      readonly notices: string[];
      readonly reexecution: { readonly height: number; readonly passedOver: PassedOver[] };
    };
  /** Resolves to its block, when the node has it. */
  const register = async (site: string): Promise<number> => {
    const { blockNumber } = await until('the rules answer', () =>
      ledger.submit(signedBy(qichuan, 'site:register', { site })).catch(() => undefined),
    );
    await until(`${site} is looked at`, async () => (await readyz()).reexecution.height > blockNumber);
    return blockNumber;
  };

  it('raises no alarm at a node that has the rules of before, which says what it did not run, and goes on with its own', async () => {
    await register('terminal');
    expect(await readyz()).toMatchObject({ notices: [], reexecution: { passedOver: [] } });

    await goOverTo(other);
    const [from, to] = [await register('quay'), await register('berth')];
    const ran = definedVersion({ version: '0.1.0', sha256: other.sha256 });
    const passed = { from, to, blocks: 2, ran, own: own.sha256 };
    expect(await readyz()).toMatchObject({
      notices: ['blocks_not_reexecuted'],
      reexecution: { passedOver: [passed] },
    });

    await goOverTo(own);
    await register('yard');
    expect((await readyz()).reexecution.passedOver).toEqual([passed]);
    expect((await node.as('auditor').listLedgerAlarms({})).items).toEqual([]);
  }, 300_000);
});
