import { AnlianError } from '@anlian/contracts';
import { decodeText, messages } from '../ledger/index.ts';
import { canonicalPem } from './authorities.ts';
import { type Config, etcdraft, type Group } from './messages.ts';

const CORRUPT = 'ledger_corrupt';
const { configtx, configuration, decodeSigned, mspConfig, orderer, required } = messages;

/** A channel's present configuration, as a peer told it. */
export interface ChannelConfig {
  readonly channel: string;
  readonly config: Config;
}

/** An organisation that a configuration names. */
export interface NamedOrganisation {
  /** Its group's name. */
  readonly name: string;
  readonly mspId: string;
  readonly rootCertPems: readonly string[];
  readonly intermediateCertPems: readonly string[];
  readonly revocationLists: readonly Uint8Array[];
  readonly tlsRootCertPems: readonly string[];
}

export interface OrderingOrganisation extends NamedOrganisation {
  /** `host:port` */
  readonly endpoints: readonly string[];
}

/** Who orders, and how. */
export interface Ordering {
  /** `etcdraft`, `BFT` */
  readonly type: string;
  readonly organisations: readonly OrderingOrganisation[];
}

/** @throws {AnlianError} `ledger_corrupt` */
export const decodeChannelConfig = (channel: string, bytes: Uint8Array): ChannelConfig => ({
  channel,
  config: decodeSigned(configtx.Config, bytes, 'Config', CORRUPT),
});

export const channelGroupOf = ({ config }: Pick<ChannelConfig, 'config'>): Group =>
  required(config.getChannelGroup(), 'ConfigGroup', CORRUPT);

/** A copy to be changed. */
export const copyOf = ({ channel, config }: ChannelConfig): ChannelConfig =>
  decodeChannelConfig(channel, config.serializeBinary());

export const groupIn = (group: Group, name: string): Group =>
  required(group.getGroupsMap().get(name), `ConfigGroup ${name}`, CORRUPT);

const pemsOf = (certs: readonly Uint8Array[], what: string): string[] =>
  certs.map((cert) => canonicalPem(decodeText(cert, what, CORRUPT)));

const organisationOf = (name: string, group: Group): NamedOrganisation => {
  const value = required(group.getValuesMap().get('MSP'), `${name}.MSP`, CORRUPT);
  const msp = decodeSigned(mspConfig.MSPConfig, value.getValue_asU8(), 'MSPConfig', CORRUPT);
  const fabric = decodeSigned(mspConfig.FabricMSPConfig, msp.getConfig_asU8(), 'FabricMSPConfig', CORRUPT);
  return {
    name,
    mspId: fabric.getName(),
    rootCertPems: pemsOf(fabric.getRootCertsList_asU8(), 'root_certs'),
    intermediateCertPems: pemsOf(fabric.getIntermediateCertsList_asU8(), 'intermediate_certs'),
    revocationLists: fabric.getRevocationListList_asU8(),
    tlsRootCertPems: pemsOf(fabric.getTlsRootCertsList_asU8(), 'tls_root_certs'),
  };
};

const endpointsOf = (group: Group): string[] => {
  const value = group.getValuesMap().get('Endpoints');
  return value === undefined
    ? []
    : decodeSigned(
        configuration.OrdererAddresses,
        value.getValue_asU8(),
        'OrdererAddresses',
        CORRUPT,
      ).getAddressesList();
};

const groupsBelow = (config: ChannelConfig, name: 'Application' | 'Orderer'): [string, Group][] => {
  const groups = groupIn(channelGroupOf(config), name).getGroupsMap();
  return groups.getEntryList().map(([key]) => [key, required(groups.get(key), key, CORRUPT)]);
};

/** The governors' organisations, by name. */
export const governorsOf = (config: ChannelConfig): NamedOrganisation[] =>
  groupsBelow(config, 'Application').map(([name, group]) => organisationOf(name, group));

export const consensusOf = (config: ChannelConfig) => {
  const value = groupIn(channelGroupOf(config), 'Orderer').getValuesMap().get('ConsensusType');
  return decodeSigned(
    orderer.ConsensusType,
    required(value, 'ConsensusType', CORRUPT).getValue_asU8(),
    'ConsensusType',
    CORRUPT,
  );
};

export const orderingOf = (config: ChannelConfig): Ordering => ({
  type: consensusOf(config).getType(),
  organisations: groupsBelow(config, 'Orderer').map(([name, group]) => ({
    ...organisationOf(name, group),
    endpoints: endpointsOf(group),
  })),
});

/** What the Raft orderers agreed on among themselves. @throws {AnlianError} `ledger_corrupt` when they are none */
export const raftOf = (config: ChannelConfig) => {
  const consensus = consensusOf(config);
  if (consensus.getType() !== 'etcdraft') throw new AnlianError(CORRUPT, { field: 'ConsensusType' });
  return decodeSigned(etcdraft.ConfigMetadata, consensus.getMetadata_asU8(), 'ConfigMetadata', CORRUPT);
};
