import {
  dataHash,
  decodeBlock,
  decodePayload,
  encodeBlock,
  encodeEnvelope,
  issueCertificate,
  type KeyPairPem,
  messages,
  splitEnvelope,
  utf8,
} from '@anlian/sdk/ledger';
import { describe, expect, it } from 'vitest';
import { revocationList, subordinate } from '../../sdk/src/verify/config/fixtures/member.ts';
import { foundingGovernors, type Governor } from '../support/governors.ts';
import { eachDatabase } from '../support/postgres.ts';
import { otherValue } from '../support/reexecution.ts';
import { reexecutionScene, withForged } from '../support/reexecutionScene.ts';

const FAULT = 'invalid_input';
const { common, configtx, mspConfig } = messages;
type Msp = InstanceType<typeof mspConfig.FabricMSPConfig>;

/** Block 0 with other words in it about the MSP of one governor. */
const withMsp = async (genesis: Uint8Array, mspId: string, change: (msp: Msp) => void): Promise<Uint8Array> => {
  const block = decodeBlock(genesis, FAULT);
  const { payload } = splitEnvelope(block.envelopes[0] ?? new Uint8Array(), FAULT);
  const configuration = configtx.ConfigEnvelope.deserializeBinary(decodePayload(payload, FAULT).data);
  const members = configuration.getConfig()?.getChannelGroup()?.getGroupsMap().get('Application')?.getGroupsMap();
  const value = members?.get(mspId)?.getValuesMap().get('MSP');
  const msp = mspConfig.MSPConfig.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
  const fabric = mspConfig.FabricMSPConfig.deserializeBinary(msp.getConfig_asU8());
  change(fabric);
  msp.setConfig(fabric.serializeBinary());
  value?.setValue(msp.serializeBinary());
  const whole = common.Payload.deserializeBinary(payload);
  whole.setData(configuration.serializeBinary());
  const envelopes = [encodeEnvelope(whole.serializeBinary(), new Uint8Array())];
  const header = { ...block.header, dataHash: await dataHash(envelopes) };
  return encodeBlock({ ...block, header, envelopes, lastConfig: 0 });
};

/** The governor with a certificate of this authority's. */
const certifiedBy = async (authority: KeyPairPem, governor: Governor): Promise<Governor> => {
  const subject = { commonName: `peer.${governor.mspId}`, organisation: governor.member };
  const sources = { crypto: globalThis.crypto, now: new Date() };
  const identity = await issueCertificate(authority, subject, { roles: ['peer'] }, sources);
  return { ...governor, msp: { ...governor.msp, ...identity } };
};

const authorityOf = ({ msp }: Governor): KeyPairPem => ({ certPem: msp.caCertPem, keyPem: msp.caKeyPem });

describe.each(eachDatabase)('whom an alarm names ($name)', (database) => {
  const { chain, node } = reexecutionScene(database);

  it('names nobody by a certificate that no member of the channel issued', async () => {
    const [, qichuan] = chain().governors;
    const [stranger] = (await foundingGovernors()) as [Governor];
    await node().followAll(await withForged(chain(), otherValue, { endorsers: [stranger, qichuan] }));
    expect(await node().alarms()).toMatchObject([{ endorsers: ['qichuanMSP'] }]);
  });

  /** The chain with block 0 as given and an alarm's block endorsed by these, taken in by a node that stopped between the two. */
  const alarmedAt = async (genesis: Uint8Array, endorsers: readonly Governor[]) => {
    const blocks = (await withForged(chain(), otherValue, { endorsers })).with(0, genesis);
    await node().followAll(blocks.slice(0, 1));
    await node().followAll(blocks);
    return node().alarms();
  };

  it('names the endorser whom an authority below a root certified', async () => {
    const [hengyuan, qichuan] = chain().governors;
    const below = await subordinate(authorityOf(qichuan), 'below.qichuanMSP');
    const genesis = await withMsp(chain().blocks[0] as Uint8Array, qichuan.mspId, (msp) =>
      msp.setIntermediateCertsList([utf8(below.certPem)]),
    );
    const endorsers = [hengyuan, await certifiedBy(below, qichuan)];
    expect(await alarmedAt(genesis, endorsers)).toMatchObject([{ endorsers: ['hengyuanMSP', 'qichuanMSP'] }]);
  });

  it('does not name the one whose certificate its authority revoked', async () => {
    const [hengyuan, qichuan] = chain().governors;
    const list = await revocationList(authorityOf(qichuan), [qichuan.msp.certPem]);
    const genesis = await withMsp(chain().blocks[0] as Uint8Array, qichuan.mspId, (msp) =>
      msp.setRevocationListList([list]),
    );
    expect(await alarmedAt(genesis, [hengyuan, qichuan])).toMatchObject([{ endorsers: ['hengyuanMSP'] }]);
  });
});
