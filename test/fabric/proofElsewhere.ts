import { type Commit, type ConnectedLedger, decodeBlock, decodeTransaction } from '@anlian/sdk/ledger';
import { beforeAll, describe, expect, it } from 'vitest';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { foundChannel, type Governor, signedBy } from '../support/governors.ts';
import { blockBundle, viewBundle } from '../support/ledgerBundles.ts';
import { endorsedBy } from '../support/rawFabric.ts';
import { type ProofSceneOf, SITE } from './proofScene.ts';

const MINUTE_MS = 60_000;
const OTHER_CHANNEL = 'anlian-two';
const OTHER_CHAINCODE = 'anlian-echo';

/** What the same governors sign on another channel, or through another chaincode. */
export const elsewhereRefusals = (scene: ProofSceneOf): void => {
  describe('another chaincode of the same channel', { timeout: 2 * MINUTE_MS }, () => {
    let echo: ConnectedLedger;
    let registerThere: (site: string) => Promise<Commit>;
    beforeAll(async () => {
      const { network, connect } = scene();
      const governors = scene().governors.map((governor) => ({ ...governor, chaincode: OTHER_CHAINCODE }));
      await network.deployAlso(OTHER_CHAINCODE);
      echo = connect({ chaincode: OTHER_CHAINCODE });
      await foundChannel(governors, echo, { chaincode: OTHER_CHAINCODE });
      registerThere = (site) => echo.submit(signedBy(governors[0] as Governor, 'site:register', { site }));
    }, 2 * MINUTE_MS);

    it('shows nothing that counts, though its governors endorse it and it answers in our form', async () => {
      const { refusalOf } = scene();
      const shown = await viewBundle(echo, SITE);
      expect(await refusalOf(shown)).toBe('chaincode');
      expect(await refusalOf({ ...shown, chaincode: OTHER_CHAINCODE })).toBe('chaincode');
    });

    it('has no transaction that counts', async () => {
      const { refusalOf } = scene();
      const attested = transactionBundle(await echo.attest((await registerThere('berth-3')).txId));
      expect(await refusalOf(attested)).toBe('chaincode');
      expect(await refusalOf({ ...attested, chaincode: OTHER_CHAINCODE })).toBe('chaincode');
    });

    it('stands in a whole block as what it is', async () => {
      const { ledger, verdictOn } = scene();
      const { blockNumber } = await registerThere('berth-4');
      expect(await verdictOn(await blockBundle(ledger, blockNumber))).toMatchObject({
        verdict: 'proven',
        subject: { transactions: [{ call: `${OTHER_CHAINCODE}/site:register`, endorsed: null }] },
      });
    });
  });

  describe('another channel of the same members', { timeout: 3 * MINUTE_MS }, () => {
    let foreign: ConnectedLedger;
    let newest: number;
    let foreignTxId: string;
    beforeAll(async () => {
      const { network, connect } = scene();
      await network.openChannel(OTHER_CHANNEL);
      foreign = connect({ channel: OTHER_CHANNEL });
      newest = (await foreign.describe()).height - 1;
      const [envelope = new Uint8Array()] = decodeBlock(await foreign.block(newest), 'invalid_input').envelopes;
      foreignTxId = decodeTransaction(envelope, 'invalid_input').header.txId;
    }, 3 * MINUTE_MS);

    it('shows no value of this one', async () => {
      const { refusalOf } = scene();
      const shown = await viewBundle(foreign, SITE);
      expect(await refusalOf(shown)).toBe('channel');
      expect(await refusalOf({ ...shown, channel: OTHER_CHANNEL })).toBe('channel');
    });

    it('has no block of this one, though the same orderers signed it', async () => {
      const { refusalOf } = scene();
      const shown = await blockBundle(foreign, newest);
      expect(await refusalOf(shown)).toBe('channel');
      expect(await refusalOf({ ...shown, channel: OTHER_CHANNEL })).toBe('channel');
    });

    it('has no transaction of this one, asked there or from here', async () => {
      const { network, governors, refusalOf } = scene();
      expect(await refusalOf(transactionBundle(await foreign.attest(foreignTxId)))).toBe('channel');
      const call = { chaincode: 'qscc', args: ['GetTransactionByID', OTHER_CHANNEL, foreignTxId] };
      const asked = await endorsedBy(network, governors[0], governors.slice(0, 2), call);
      expect(await refusalOf(transactionBundle(asked))).toBe('channel');
    });
  });
};
