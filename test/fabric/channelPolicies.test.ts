import { administrationOf } from '@anlian/consortium/fabric';
import {
  type ChannelChange,
  checkUpdate,
  describeSignatory,
  type FabricAdministration,
  isSignedEnough,
  makeUpdate,
  missingSigners,
  order,
  readChannelConfig,
  signUpdate,
  submitUpdate,
  updateEnvelope,
} from '@anlian/sdk/fabric';
import { type Config, type ConfigGroup, type ConnectedLedger, type LedgerIdentity, utf8 } from '@anlian/sdk/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testOrganisation } from '../../sdk/src/fabric/channel.fixture.ts';
import { by, implicit, named, outOf, setPolicy, signatures } from '../../sdk/src/verify/config/fixtures/groups.ts';
import { changeChannel, changeMsp } from '../support/channelUpdate.ts';
import { connectFabric, type FabricNetwork, identityOf, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric, unless } from '../support/fabricParts.ts';
import type { Governor } from '../support/governors.ts';

const MINUTE_MS = 60_000;
const NEWCOMER = await testOrganisation('xinxin');

describe.skipIf(noFabric)(
  unless(noFabric, 'what a channel counts as enough signatures, the command says beforehand'),
  { timeout: MINUTE_MS },
  () => {
    let network: FabricNetwork;
    let ledger: ConnectedLedger;
    let administrations: readonly [FabricAdministration, FabricAdministration, FabricAdministration];
    let admins: readonly [LedgerIdentity, LedgerIdentity, LedgerIdentity];

    beforeAll(async () => {
      network = await openFabricNetwork();
      ledger = connectFabric(network, network.governors[0] as Governor, 'fabric-gateway');
      const sources = { crypto: globalThis.crypto, now: new Date() };
      const each = network.plan.organisations.map((one) => administrationOf(network.plan, one, sources));
      administrations = (await Promise.all(each)) as unknown as typeof administrations;
      admins = administrations.map(({ identity }) => identity) as unknown as typeof admins;
    }, 4 * MINUTE_MS);
    afterAll(async () => {
      ledger?.close();
      await network?.down();
      network?.remove();
    });

    const drawUp = async (change: ChannelChange) => {
      const present = await readChannelConfig(administrations[0]);
      return { present, update: await checkUpdate(makeUpdate(present, change), present) };
    };
    const adding = { kind: 'add', organisation: NEWCOMER.organisation } as const;
    const removing = { kind: 'remove', mspId: NEWCOMER.organisation.mspId } as const;

    /** Has whoever may sign a change until it is enough, and submits it. */
    const carryThrough = async (change: ChannelChange, signers: readonly LedgerIdentity[]): Promise<void> => {
      const [first] = administrations;
      const drawn = await drawUp(change);
      let { update } = drawn;
      for (const signer of signers)
        if (!isSignedEnough(update)) update = await signUpdate(update, signer, first.random);
      await submitUpdate(first, update, drawn.present);
    };

    /** One signer short, the command and the ordering service both say no; with the last, both say yes. */
    const holdsWith = async (signers: readonly LedgerIdentity[], missing: readonly string[]): Promise<void> => {
      const [first] = administrations;
      let { present, update } = await drawUp(adding);
      for (const signer of signers.slice(0, -1)) update = await signUpdate(update, signer, first.random);
      expect(missingSigners(update).map(describeSignatory)).toEqual(missing);
      expect(isSignedEnough(update)).toBe(false);
      await expect(order(present, await updateEnvelope(update, first))).rejects.toMatchObject({
        code: 'fabric_update_refused',
      });
      update = await signUpdate(update, signers.at(-1) as LedgerIdentity, first.random);
      expect(isSignedEnough(update)).toBe(true);
      present = await submitUpdate(first, update, present);
      expect(present.application.map(({ name }) => name)).toContain(NEWCOMER.organisation.name);
      await carryThrough(removing, [...signers, NEWCOMER.admin]);
    };

    const setAdmins = (policy: ReturnType<typeof implicit>): Promise<void> => {
      const change = (config: Config): Config => {
        const application = config.getChannelGroup()?.getGroupsMap().get('Application') as ConfigGroup;
        setPolicy(application, 'Admins', policy);
        return config;
      };
      return changeChannel(network, ledger, change, network.plan.organisations);
    };

    const ALL_THREE = ['hengyuan (hengyuanMSP)', 'qichuan (qichuanMSP)', 'zhengheng (zhenghengMSP)'];

    it('a majority, as the channel was made', async () => {
      await holdsWith([admins[2], admins[0]], ALL_THREE.slice(0, 2));
    });

    it('any one', async () => {
      await setAdmins(implicit('ANY', 'Admins'));
      await holdsWith([admins[1]], ALL_THREE);
    });

    it('all of them', async () => {
      await setAdmins(implicit('ALL', 'Admins'));
      await holdsWith([admins[1], admins[0], admins[2]], ALL_THREE.slice(2));
    });

    it('a member whose MSP tells no roles apart, by the certificate that it lists', async () => {
      const [, qichuan] = network.governors as [Governor, Governor];
      await setAdmins(implicit('MAJORITY', 'Admins'));
      const listed = identityOf(qichuan);
      const organisation = network.organisationOf(qichuan);
      const withoutUnits = changeMsp('qichuan', (msp) => {
        msp.setFabricNodeOus(undefined);
        msp.setAdminsList([utf8(listed.certPem)]);
      });
      await changeChannel(network, ledger, withoutUnits, [organisation]);
      const { update } = await drawUp(adding);
      await expect(signUpdate(update, admins[1], administrations[0].random)).rejects.toMatchObject({
        code: 'fabric_signer_not_admin',
      });
      await holdsWith([listed, admins[0]], ['hengyuan (hengyuanMSP)', 'zhengheng (zhenghengMSP)']);
    });

    it('two who are named, and nobody else of the same members', async () => {
      const [, qichuan, zhengheng] = network.governors as [Governor, Governor, Governor];
      const people = [admins[0], identityOf(qichuan), identityOf(zhengheng)];
      await setAdmins(signatures(outOf(2, [by(0), by(1), by(2)]), people.map(named)));
      const { update } = await drawUp(adding);
      await expect(signUpdate(update, admins[1], administrations[0].random)).rejects.toMatchObject({
        code: 'fabric_signer_not_admin',
      });
      await holdsWith(
        [identityOf(qichuan), admins[0]],
        [expect.stringMatching(/^hengyuan \(hengyuanMSP, .*CN=admin/), expect.stringMatching(/^zhengheng .*CN=client/)],
      );
    });
  },
);
