import { AnlianError } from '@anlian/contracts';
import type { Issuers } from './authorities.ts';
import { NODE_ROLES, type NodeRole } from './certificate.ts';
import { decodePayload, splitEnvelope } from './envelope.ts';
import { common, configtx, type DecodeFault, decodeSigned, decodeText, mspConfig, required } from './messages.ts';

/** An organisational unit that an MSP gives a meaning, in certificates of one authority only when it names that one. */
export interface NamedUnit {
  readonly unit: string;
  readonly certifierPem: string | undefined;
}

/** An organisation on the channel: the roots that issue its certificates. */
export interface ChannelOrganisation {
  readonly mspId: string;
  readonly rootCertPems: readonly string[];
}

/** All that an organisation's MSP says about who belongs to it. */
export interface MspOrganisation extends ChannelOrganisation, Issuers {
  /** Certificates that are administrators' by being listed. */
  readonly adminCertPems: readonly string[];
  /** Units of which an identity must have one; any will do when none is listed. */
  readonly units: readonly NamedUnit[];
  /** The units that tell roles apart; undefined where the MSP does not tell them apart. */
  readonly roles: Readonly<Partial<Record<NodeRole, NamedUnit>>> | undefined;
  /** The definition itself, in this library's encoding. */
  readonly definition: Uint8Array;
}

export interface ChannelConfiguration {
  readonly channel: string;
  readonly sequence: number;
  /** The governors. */
  readonly application: readonly MspOrganisation[];
  readonly orderers: readonly MspOrganisation[];
}

export type ConfigGroup = InstanceType<typeof configtx.ConfigGroup>;
type Identifier = InstanceType<typeof mspConfig.FabricOUIdentifier>;

const namedUnit = (identifier: Identifier, fault: DecodeFault): NamedUnit => {
  const certifier = identifier.getCertificate_asU8();
  return {
    unit: identifier.getOrganizationalUnitIdentifier(),
    certifierPem: certifier.length === 0 ? undefined : decodeText(certifier, 'FabricOUIdentifier.certificate', fault),
  };
};

const roleUnits = (
  ous: InstanceType<typeof mspConfig.FabricNodeOUs> | undefined,
  fault: DecodeFault,
): MspOrganisation['roles'] => {
  if (!ous?.getEnable()) return undefined;
  const identifiers: Record<NodeRole, Identifier | undefined> = {
    client: ous.getClientOuIdentifier(),
    peer: ous.getPeerOuIdentifier(),
    admin: ous.getAdminOuIdentifier(),
    orderer: ous.getOrdererOuIdentifier(),
  };
  return Object.fromEntries(
    NODE_ROLES.flatMap((role) => {
      const identifier = identifiers[role];
      return identifier === undefined ? [] : [[role, namedUnit(identifier, fault)]];
    }),
  );
};

/** `msp.FABRIC`: certificates, not anonymous credentials. */
const X509_MSP = 0;

const organisation = (group: ConfigGroup, fault: DecodeFault): MspOrganisation => {
  const value = required(group.getValuesMap().get('MSP'), 'MSP', fault);
  const msp = decodeSigned(mspConfig.MSPConfig, value.getValue_asU8(), 'MSPConfig', fault);
  if (msp.getType() !== X509_MSP) throw new AnlianError(fault, { field: 'MSPConfig', detail: 'not an MSP of X.509' });
  const fabric = decodeSigned(mspConfig.FabricMSPConfig, msp.getConfig_asU8(), 'FabricMSPConfig', fault);
  const pems = (list: readonly Uint8Array[]) => list.map((pem) => decodeText(pem, 'FabricMSPConfig', fault));
  return {
    mspId: fabric.getName(),
    rootCertPems: pems(fabric.getRootCertsList_asU8()),
    intermediateCertPems: pems(fabric.getIntermediateCertsList_asU8()),
    revocationLists: fabric.getRevocationListList_asU8(),
    adminCertPems: pems(fabric.getAdminsList_asU8()),
    units: fabric.getOrganizationalUnitIdentifiersList().map((identifier) => namedUnit(identifier, fault)),
    roles: roleUnits(fabric.getFabricNodeOus(), fault),
    definition: fabric.serializeBinary(),
  };
};

const organisations = (
  channelGroup: ConfigGroup,
  name: 'Application' | 'Orderer',
  fault: DecodeFault,
): readonly MspOrganisation[] => {
  const groups = channelGroup.getGroupsMap().get(name)?.getGroupsMap();
  return groups === undefined
    ? []
    : [...groups.keys()].map((key) => organisation(required(groups.get(key), key, fault), fault));
};

/** The organisations of a `common.Config`. */
export const membersOf = (
  config: InstanceType<typeof configtx.Config>,
  fault: DecodeFault,
): Omit<ChannelConfiguration, 'channel'> => {
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

/** What a configuration block's only transaction holds. */
export interface ConfigurationEnvelope {
  readonly channel: string;
  /** The orderer's claim: an instant. */
  readonly time: string;
  readonly config: InstanceType<typeof configtx.Config>;
  /** `common.Envelope` of the update that made it; absent from the first configuration. */
  readonly lastUpdate: Uint8Array | undefined;
}

/** Takes the envelope of a configuration block apart. Go orders its maps at will, so the bytes have no one form. */
export const decodeConfigurationEnvelope = (envelope: Uint8Array, fault: DecodeFault): ConfigurationEnvelope => {
  const { header, data } = decodePayload(splitEnvelope(envelope, fault).payload, fault);
  if (header.type !== common.HeaderType.CONFIG)
    throw new AnlianError(fault, { field: 'Payload', detail: 'not a configuration' });
  const content = decodeSigned(configtx.ConfigEnvelope, data, 'ConfigEnvelope', fault);
  return {
    channel: header.channel,
    time: header.txTime,
    config: required(content.getConfig(), 'Config', fault),
    lastUpdate: content.getLastUpdate()?.serializeBinary(),
  };
};

/** Decodes the envelope of a configuration block, block 0 among them. */
export const decodeConfiguration = (envelope: Uint8Array, fault: DecodeFault): ChannelConfiguration => {
  const { channel, config } = decodeConfigurationEnvelope(envelope, fault);
  return { channel, ...membersOf(config, fault) };
};
