import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalBytes, toInstant } from '@anlian/contracts';
import { order, readChannelConfig } from '@anlian/sdk/fabric';
import { assembleTransaction, decodePayload, encodeEnvelope, splitEnvelope } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { describe, expect, it } from 'vitest';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { connectFabric, identityOf } from '../support/fabricNetwork.ts';
import type { Governor } from '../support/governors.ts';
import { blockBundleOf } from '../support/ledgerBundles.ts';
import { endorsedBy } from '../support/rawFabric.ts';
import { trustFileOf } from '../support/trustFile.ts';
import { until } from '../support/until.ts';
import type { MembershipSceneOf } from './membershipScene.ts';
import { UPDATE_FILE } from './membershipUpdate.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface Committed {
  readonly code: string;
  readonly txId: string;
  readonly block: Uint8Array;
}

/** What is left to an organisation that the governors voted out. */
export const expulsionGuarantees = (scene: MembershipSceneOf): void => {
  describe('an organisation that was expelled', () => {
    const committed = async (endorsers: readonly Governor[]): Promise<Committed> => {
      const { network, ledger, governors, newSite, administration } = scene();
      const [hengyuan] = governors;
      const { command, actor } = newSite();
      const args = [command.name, canonicalBytes(command), actor];
      const { proposal, payload, endorsements } = await endorsedBy(network, hengyuan, endorsers, { args });
      const transaction = assembleTransaction(proposal, payload, endorsements);
      const { header } = decodePayload(transaction, 'ledger_corrupt');
      const { height } = await ledger.describe();
      const own = await administration(hengyuan);
      const envelope = encodeEnvelope(transaction, await identityOf(hengyuan).sign(transaction));
      expect(splitEnvelope(envelope, 'ledger_corrupt').payload).toEqual(transaction);
      await order(await readChannelConfig(own), envelope);
      const stop = AbortSignal.timeout(MINUTE_MS);
      for await (const { txs, bytes } of ledger.follow({ from: height, signal: stop })) {
        const found = txs.find(({ txId }) => txId === header.txId);
        if (found) return { code: found.code, txId: found.txId, block: bytes };
      }
      throw new Error('the transaction was not followed');
    };

    it('is shown until the configuration follows the vote', async () => {
      const { dir, network, ledger, governors, anlian, json, decide, divergences, endorsersOf } = scene();
      const [hengyuan, qichuan, zhengheng] = governors;
      const windDownUntil = toInstant(Date.now() + DAY_MS);
      await decide([hengyuan, qichuan, zhengheng], { action: 'member.expel', member: 'tongzhou', windDownUntil });
      await until('doctor sees it', async () => (await divergences()).includes('expelled_configured tongzhou'));

      // The peers still count it, so what it endorsed is valid; nobody asks it for a proof any more.
      const { code, txId, block } = await committed([hengyuan, qichuan, network.newcomer]);
      expect(code).toBe('VALID');
      expect(await endorsersOf(txId)).toEqual(governors.map(({ mspId }) => mspId).sort());
      // As if the vote were long past: within minutes of it a verifier leaves open whose clock is right.
      const { members, ...file } = await trustFileOf(ledger);
      const to = toInstant(Date.now() - DAY_MS);
      const trust = { ...file, members: members.map((one) => (one.member === 'tongzhou' ? { ...one, to } : one)) };
      for (const proof of [transactionBundle(await ledger.attest(txId)), blockBundleOf(block)])
        expect(await verifyBundle(canonicalBytes(proof), trust, { now: new Date() })).toMatchObject({
          verdict: 'proven',
        });

      expect(await anlian(hengyuan, 'fabric', 'remove-member', 'tongzhou', '--out', 'remove.json')).toMatchObject({
        code: 0,
      });
      // Each signs a copy of its own, as at home.
      for (const [at, governor] of [qichuan, zhengheng].entries()) {
        cpSync(join(dir, 'remove.json'), join(dir, `remove-${at}.json`));
        expect(await json(governor, 'fabric', 'sign', `remove-${at}.json`)).toMatchObject({ signed: true });
      }
      expect(await anlian(hengyuan, 'fabric', 'submit', 'remove-0.json')).toMatchObject({ code: 1 });
      const done = await json(hengyuan, 'fabric', 'submit', 'remove-0.json', 'remove-1.json');
      expect(done).toMatchObject({ submitted: true, missing: [] });
      await until('doctor is silent', async () => (await divergences()).length === 0);
      expect(await anlian(hengyuan, 'fabric', 'remove-member', 'tongzhou', '--out', 'again.json')).toMatchObject({
        code: 0,
      });
    });

    it('submits nothing any more', async () => {
      const { network, governors, newSite } = scene();
      const [hengyuan] = governors;
      // Its own peer hears of nothing and would take it; the others do not.
      const through = connectFabric(network, hengyuan, 'fabric-gateway', { identity: identityOf(network.newcomer) });
      try {
        await expect(through.submit(newSite(network.newcomer))).rejects.toMatchObject({ code: 'submitter_unknown' });
      } finally {
        through.close();
      }
    });

    it('endorses nothing that counts, where a governor’s endorsement does', async () => {
      const { network, governors } = scene();
      const [hengyuan, , zhengheng] = governors;
      const { code } = await committed([hengyuan, network.newcomer]);
      expect(code).toBe('ENDORSEMENT_POLICY_FAILURE');
      expect((await committed([hengyuan, zhengheng])).code).toBe('VALID');
    });

    it('leaves an update behind that fits no more', async () => {
      const { dir, governors, anlian } = scene();
      const [, , zhengheng] = governors;
      writeFileSync(join(dir, 'late.json'), readFileSync(join(dir, UPDATE_FILE)));
      const refused = await anlian(zhengheng, 'fabric', 'sign', 'late.json');
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('fabric_update_outdated') });
    });
  });
};
