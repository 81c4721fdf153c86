import { AnlianError } from '@anlian/contracts';
import { decodePayload, splitEnvelope } from './envelope.ts';
import { common, configtx, type DecodeFault, decodeSigned, decodeText, mspConfig, required } from './messages.ts';

/** An organisation on the channel: the roots that issue its certificates. */
export interface ChannelOrganisation {
  readonly mspId: string;
  readonly rootCertPems: readonly string[];
}

export interface ChannelConfiguration {
  readonly channel: string;
  readonly sequence: number;
  /** The governors. */
  readonly application: readonly ChannelOrganisation[];
  readonly orderers: readonly ChannelOrganisation[];
}

type Group = InstanceType<typeof configtx.ConfigGroup>;

const organisation = (group: Group, fault: DecodeFault): ChannelOrganisation => {
  const value = required(group.getValuesMap().get('MSP'), 'MSP', fault);
  const msp = decodeSigned(mspConfig.MSPConfig, value.getValue_asU8(), 'MSPConfig', fault);
  const fabric = decodeSigned(mspConfig.FabricMSPConfig, msp.getConfig_asU8(), 'FabricMSPConfig', fault);
  return {
    mspId: fabric.getName(),
    rootCertPems: fabric.getRootCertsList_asU8().map((pem) => decodeText(pem, 'FabricMSPConfig.root_certs', fault)),
  };
};

const organisations = (
  channelGroup: Group,
  name: 'Application' | 'Orderer',
  fault: DecodeFault,
): readonly ChannelOrganisation[] => {
  const groups = channelGroup.getGroupsMap().get(name)?.getGroupsMap();
  return groups === undefined
    ? []
    : [...groups.keys()].map((key) => organisation(required(groups.get(key), key, fault), fault));
};

const membersOf = (config: InstanceType<typeof configtx.Config>, fault: DecodeFault) => {
  const channelGroup = required(config.getChannelGroup(), 'ConfigGroup', fault);
  return {
    sequence: config.getSequence(),
    application: organisations(channelGroup, 'Application', fault),
    orderers: organisations(channelGroup, 'Orderer', fault),
  };
};

/** Decodes a `common.Config`, as a peer tells it. */
export const decodeConfig = (bytes: Uint8Array, fault: DecodeFault): Omit<ChannelConfiguration, 'channel'> =>
  membersOf(decodeSigned(configtx.Config, bytes, 'Config', fault), fault);

/** Decodes the envelope of a configuration block, block 0 among them. Go orders its maps at will, so the bytes have no one form. */
export const decodeConfiguration = (envelope: Uint8Array, fault: DecodeFault): ChannelConfiguration => {
  const { header, data } = decodePayload(splitEnvelope(envelope, fault).payload, fault);
  if (header.type !== common.HeaderType.CONFIG)
    throw new AnlianError(fault, { field: 'Payload', detail: 'not a configuration' });
  const config = decodeSigned(configtx.ConfigEnvelope, data, 'ConfigEnvelope', fault).getConfig();
  return { channel: header.channel, ...membersOf(required(config, 'Config', fault), fault) };
};
