import { canonicalBytes, canonicalText } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { toJson, transactionBundle } from '../support/evidenceNetwork.ts';
import { CHANNEL, freshKey, signedBy } from '../support/governors.ts';
import { blocksOf } from '../support/governorsLedger.ts';
import { viewBundleOf } from '../support/ledgerBundles.ts';
import { endorsedBy } from '../support/rawFabric.ts';
import type { ProofSceneOf } from './proofScene.ts';

const MINUTE_MS = 60_000;

/** What governors sign and what is no proof all the same. */
export const contentRefusals = (scene: ProofSceneOf): void => {
  describe('a transaction that was not VALID', () => {
    it('is refused: the loser of a race, attested by the governors that judged it', {
      timeout: MINUTE_MS,
    }, async () => {
      const { governors, ledger, verdictOn } = scene();
      const keys = Array.from({ length: 12 }, () => freshKey('pack').descriptor);
      await Promise.all(keys.map((key) => ledger.submit(signedBy(governors[0], 'member:register_key', { key }))));
      const lost = (await blocksOf(ledger)).flatMap(({ txs }) => txs).find(({ code }) => code === 'MVCC_READ_CONFLICT');
      const file = transactionBundle(await ledger.attest(lost?.txId ?? ''));
      const verdict = await verdictOn(file);
      expect(verdict.checks.at(-1)).toMatchObject({
        name: 'transaction_valid',
        ok: false,
        detail: 'the ledger judged it MVCC_READ_CONFLICT',
      });
    });
  });

  describe('an endorsed write that was never ordered', () => {
    it('is no attested transaction and no view, and the peers attest none', async () => {
      const { network, governors, ledger, transaction, refusalOf } = scene();
      const { command, actor } = signedBy(governors[0], 'site:register', { site: 'never' });
      const args = [command.name, canonicalBytes(command), actor];
      const endorsed = await endorsedBy(network, governors[0], governors.slice(0, 2), { args });
      const held = { ...transaction, ledger: toJson(endorsed) };
      expect(await refusalOf(held)).toBe('ledger_form');
      expect(await refusalOf(viewBundleOf(endorsed))).toBe('view_function');
      expect(await ledger.query('query:get', { key: 'site/never' })).toBeNull();
    });
  });

  describe('text that another function returned', () => {
    it.each<[string, () => readonly string[]]>([
      ['query:get', () => ['query:get', canonicalText({ key: 'site/berth-3' })]],
      ['query:range', () => ['query:range', canonicalText({ prefix: 'site' })]],
    ])('is no view: %s', async (_, args) => {
      const { network, governors, refusalOf } = scene();
      const endorsed = await endorsedBy(network, governors[0], governors.slice(0, 2), { args: args() });
      expect(await refusalOf(viewBundleOf(endorsed))).toBe('view_function');
    });

    it('is no view when the ledger’s own chaincode returned it', async () => {
      const { network, governors, refusalOf } = scene();
      const call = { chaincode: 'qscc', args: ['GetChainInfo', CHANNEL] };
      const endorsed = await endorsedBy(network, governors[0], governors.slice(0, 2), call);
      expect(await refusalOf(viewBundleOf(endorsed))).toBe('chaincode');
    });

    it('is no attested transaction when our own chaincode returned it', async () => {
      const { view, refusalOf } = scene();
      expect(await refusalOf({ ...view, kind: 'transaction' })).toBe('ledger_form');
    });
  });
};
