import { fromBase64Url, type TrustBundle, toBase64Url, VerificationError } from '@anlian/contracts';
import { type ConnectedLedger, decodeBlock, encodeBlock, messages } from '@anlian/sdk/ledger';
import { openTrust } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeChannel } from '../support/channelUpdate.ts';
import { connectFabric, type FabricNetwork, openFabricNetwork } from '../support/fabricNetwork.ts';
import { noFabric3, unless } from '../support/fabricParts.ts';
import type { Governor } from '../support/governors.ts';
import { trustFileOf } from '../support/trustFile.ts';

const MINUTE_MS = 60_000;

/** The configuration with one transaction more in a block. */
const withLargerBlocks = (config: InstanceType<typeof messages.configtx.Config>) => {
  const { BatchSize } = messages.orderer;
  const orderer = config.getChannelGroup()?.getGroupsMap().get('Orderer');
  const value = orderer?.getValuesMap().get('BatchSize');
  const size = BatchSize.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
  size.setMaxMessageCount(size.getMaxMessageCount() + 1);
  value?.setValue(size.serializeBinary());
  return config;
};

describe.skipIf(noFabric3)(
  unless(noFabric3, 'the trust file of a Fabric channel that four orderers agree on'),
  { timeout: 5 * MINUTE_MS },
  () => {
    let network: FabricNetwork;
    let ledger: ConnectedLedger;
    let trust: TrustBundle;

    beforeAll(async () => {
      network = await openFabricNetwork('bft4');
      const [hengyuan] = network.governors as [Governor];
      ledger = connectFabric(network, hengyuan, 'fabric-gateway');
      await changeChannel(network, ledger, withLargerBlocks, network.plan.organisations.slice(0, 3));
      trust = await trustFileOf(ledger);
    }, 5 * MINUTE_MS);
    afterAll(async () => {
      ledger?.close();
      await network?.down();
      network?.remove();
    });

    const withSigners = (choose: <T>(signatures: readonly T[]) => readonly T[]): TrustBundle => {
      const block = decodeBlock(fromBase64Url(trust.updates[0] ?? ''), 'invalid_input');
      const changed = encodeBlock({ ...block, signatures: choose(block.signatures), lastConfig: block.header.number });
      return { ...trust, updates: [toBase64Url(changed)] };
    };
    const refusal = async (file: TrustBundle): Promise<string> => {
      try {
        const { configurations } = await openTrust(file);
        return `${configurations.length} configurations`;
      } catch (error) {
        if (error instanceof VerificationError) return `${error.check}: ${error.detail}`;
        throw error;
      }
    };

    it('chains an update whose block a quorum of them signed, by their numbers', async () => {
      const { signatures } = decodeBlock(fromBase64Url(trust.updates[0] ?? ''), 'invalid_input');
      expect(signatures.length).toBeGreaterThanOrEqual(3);
      expect(signatures.every(({ consenter }) => consenter !== undefined)).toBe(true);
      expect(await refusal(trust)).toBe('2 configurations');
    });

    it('refuses one that fewer signed, or one of them thrice', async () => {
      const tooFew = 'trust_configuration: too few orderers of the configuration before it signed the block';
      expect(await refusal(withSigners((signatures) => signatures))).toBe('2 configurations');
      expect(await refusal(withSigners((signatures) => signatures.slice(0, 2)))).toBe(tooFew);
      expect(await refusal(withSigners(([one]) => (one ? [one, one, one] : [])))).toBe(tooFew);
    });
  },
);
