import { administrationOf, dismissMember, type FabricPlan } from '@anlian/consortium/fabric';
import { readChannelConfig } from '@anlian/sdk/fabric';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { foundChannel, type Governor } from '../support/governors.ts';

const MINUTE_MS = 60_000;

describe('three Raft orderers', { timeout: 2 * MINUTE_MS }, () => {
  let network: FabricNetwork;
  let plan: FabricPlan;
  beforeAll(async () => {
    network = await openFabricNetwork('raft3');
    plan = network.plan;
  }, 3 * MINUTE_MS);
  afterAll(async () => {
    await network?.down();
    network?.remove();
  }, MINUTE_MS);

  it('are two when a governor that orders is removed, and go on ordering', async () => {
    const sources = { crypto: globalThis.crypto, now: new Date() };
    ({ plan } = await dismissMember(plan, 'zhengheng', sources));
    const [first] = plan.organisations as [(typeof plan.organisations)[number]];
    const { orderers, application } = await readChannelConfig(await administrationOf(plan, first, sources));
    expect(orderers.map(({ name }) => name)).toEqual(['hengyuan', 'qichuan']);
    expect(application.map(({ name }) => name)).toEqual(['hengyuan', 'qichuan']);

    const [hengyuan, qichuan] = network.governors as [Governor, Governor];
    const ledger = connectFabric(network, hengyuan, 'fabric-gateway');
    try {
      await foundChannel([hengyuan, qichuan], ledger);
    } finally {
      ledger.close();
    }
  });
});
