import { fromBase64Url, type TrustBundle, toBase64Url, toHex } from '@anlian/contracts';
import {
  dataHash,
  decodeBlock,
  decodePayload,
  encodeBlock,
  encodeEnvelope,
  headerHash,
  messages,
  splitEnvelope,
  utf8,
} from '@anlian/sdk/ledger';
import { implicit, setPolicy, setValue } from '../../sdk/src/verify/config/fixtures/groups.ts';

const FAULT = 'invalid_input';

/** What somebody may put into block 0. The stated hash follows, so that only the content gives it away. */
export interface GenesisForgery {
  readonly number?: number;
  readonly previousHash?: Uint8Array;
  readonly envelopes?: (present: readonly Uint8Array[]) => readonly Uint8Array[];
  readonly keepDataHash?: boolean;
}

export const forgeGenesis = async (trust: TrustBundle, forgery: GenesisForgery): Promise<TrustBundle> => {
  const block = decodeBlock(fromBase64Url(trust.genesis), FAULT);
  const envelopes = forgery.envelopes?.(block.envelopes) ?? block.envelopes;
  const header = {
    number: forgery.number ?? 0,
    previousHash: forgery.previousHash ?? block.header.previousHash,
    dataHash: forgery.keepDataHash ? block.header.dataHash : await dataHash(envelopes),
  };
  const filter = new Uint8Array(envelopes.length);
  const genesis = encodeBlock({ ...block, header, envelopes, filter, lastConfig: 0 });
  return { ...trust, genesis: toBase64Url(genesis), genesisHash: toHex(await headerHash(header)) };
};

type ConfigGroup = InstanceType<typeof messages.configtx.ConfigGroup>;

const withOrdering =
  (change: (ordering: ConfigGroup) => void) =>
  ([envelope = new Uint8Array()]: readonly Uint8Array[]): readonly Uint8Array[] => {
    const { common, configtx } = messages;
    const { payload } = splitEnvelope(envelope, FAULT);
    const configuration = configtx.ConfigEnvelope.deserializeBinary(decodePayload(payload, FAULT).data);
    const ordering = configuration.getConfig()?.getChannelGroup()?.getGroupsMap().get('Orderer');
    if (ordering) change(ordering);
    const whole = common.Payload.deserializeBinary(payload);
    whole.setData(configuration.serializeBinary());
    return [encodeEnvelope(whole.serializeBinary(), new Uint8Array())];
  };

/** A configuration in which the orderer's organisation has this root. */
export const withOrdererRoot = (rootCertPem: string) =>
  withOrdering((ordering) => {
    const { mspConfig } = messages;
    const orderers = ordering.getGroupsMap();
    for (const name of orderers.keys()) {
      const value = orderers.get(name)?.getValuesMap().get('MSP');
      const msp = mspConfig.MSPConfig.deserializeBinary(value?.getValue_asU8() ?? new Uint8Array());
      const fabric = mspConfig.FabricMSPConfig.deserializeBinary(msp.getConfig_asU8());
      fabric.setRootCertsList([utf8(rootCertPem)]);
      msp.setConfig(fabric.serializeBinary());
      value?.setValue(msp.serializeBinary());
    }
  });

const withRaft = withOrdering((ordering) => {
  const consensus = new messages.orderer.ConsensusType();
  consensus.setType('etcdraft');
  setValue(ordering, 'ConsensusType', consensus.serializeBinary());
  setPolicy(ordering, 'BlockValidation', implicit('ANY', 'Writers'));
});

/** The trust file of a network like this one, but whose governors keep the ledger on Fabric, with orderers of this root. */
export const onFabric = async (trust: TrustBundle, ordererRootPem?: string): Promise<TrustBundle> => {
  const withOrderers = ordererRootPem === undefined ? withRaft : withOrdererRoot(ordererRootPem);
  const envelopes: GenesisForgery['envelopes'] = (present) => withRaft(withOrderers(present));
  return { ...(await forgeGenesis(trust, { envelopes })), ledger: 'fabric', k: 2 };
};
