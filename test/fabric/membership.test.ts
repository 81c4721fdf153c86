import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectFabric } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import { until } from '../support/until.ts';
import { approvalGuarantees } from './membershipCode.ts';
import { expulsionGuarantees } from './membershipExpelled.ts';
import { type MembershipScene, openMembershipScene } from './membershipScene.ts';
import { updateGuarantees } from './membershipUpdate.ts';

const MINUTE_MS = 60_000;

describe.skipIf(noFabric)(unless(noFabric, 'membership of a channel'), { timeout: 2 * MINUTE_MS }, () => {
  let opened: MembershipScene;
  const scene = (): MembershipScene => opened;
  beforeAll(async () => {
    opened = await openMembershipScene();
  }, 3 * MINUTE_MS);
  afterAll(() => opened?.close(), MINUTE_MS);

  it('shows no difference while votes and configuration agree', async () => {
    const { node, json, divergences } = scene();
    expect(await divergences()).toEqual([]);
    const { checks } = await json(undefined, 'doctor', node.url);
    expect(checks).toContainEqual(expect.objectContaining({ name: 'membership', state: 'ok' }));
  });

  updateGuarantees(scene);

  describe('the fourth organisation', () => {
    it('is shown as let in by signatures alone until the governors have voted', async () => {
      const { network, governors, decide, divergences } = scene();
      const [hengyuan, qichuan] = governors;
      await until('doctor sees it', async () => (await divergences()).includes('configured_unadmitted tongzhouMSP'));
      await decide([hengyuan, qichuan], { action: 'member.admit', member: network.newcomer.descriptor });
      await until('doctor is silent', async () => (await divergences()).length === 0);
    });

    it('has a peer that joins, endorses what a majority needs it for, and answers', async () => {
      const { network, ledger, newSite, endorsersOf } = scene();
      await network.up();
      await network.kill('zhengheng/peer');
      const { txId } = await ledger.submit(newSite());
      expect(await endorsersOf(txId)).toContain(network.newcomer.mspId);
      const own = connectFabric(network, network.newcomer, 'fabric-gateway');
      try {
        expect(await own.query('query:get', { key: 'channel' })).not.toBeNull();
        await own.submit(newSite(network.newcomer));
      } finally {
        own.close();
        await network.up();
      }
    });

    it('approved the code that all approved', async () => {
      const { network, json } = scene();
      const { chaincode } = await json(network.newcomer, 'fabric', 'status');
      expect(chaincode.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(Object.values(chaincode.approvals)).toEqual([true, true, true, true]);
    });
  });

  approvalGuarantees(scene);
  expulsionGuarantees(scene);
});
