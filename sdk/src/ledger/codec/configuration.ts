import { readWire } from '@anlian/chaincode/wire';
import { AnlianError } from '@anlian/contracts';
import { concatBytes, unsigned } from './bytes.ts';
import { type Config, type ConfigGroup, decodeConfigMessage } from './configTree.ts';
import { claimedTime } from './header.ts';
import { common, type DecodeFault, decodeText, identities, required } from './messages.ts';
import { decodeOrganisation, type MspOrganisation } from './mspOrganisation.ts';
import { channelOf, openOrdered } from './ordered.ts';

/** An organisation that orders. */
export interface OrderingOrganisation extends MspOrganisation {
  /** `host:port` */
  readonly endpoints: readonly string[];
}

/** How the orderers agree. */
export interface Consensus {
  /** `etcdraft`, `BFT`, `embedded`; empty where the configuration names none. */
  readonly type: string;
  /** What the orderers agreed on among themselves, in a message of that type's own. */
  readonly metadata: Uint8Array;
  /** Where numbers stand for orderers in blocks' signatures (BFT): whom each stands for, as `msp.SerializedIdentity`. */
  readonly consenters: ReadonlyMap<number, Uint8Array>;
}

/** A channel's configuration. */
export interface ChannelConfiguration {
  readonly channel: string;
  /** Number of the configuration: each change counts up by one. */
  readonly sequence: number;
  /** The governors. */
  readonly application: readonly MspOrganisation[];
  readonly orderers: readonly OrderingOrganisation[];
  readonly consensus: Consensus;
  /** Names of what the channel as a whole can do. */
  readonly capabilities: readonly string[];
  /** The message itself: elements with their versions, policies and guards. Whoever wants to change it takes a copy. */
  readonly config: Config;
}

/** The configuration of a block. */
export interface BlockConfiguration extends ChannelConfiguration {
  /** The orderer's claim: an instant. Undefined where it claims none: peers do not ask for it. */
  readonly time: string | undefined;
  /** `common.Envelope` of the update that made it; absent from the first configuration. */
  readonly lastUpdate: Uint8Array | undefined;
}

/** Field numbers of Fabric's messages (fabric-protos, `common` and `orderer`). */
const CONFIG_ENVELOPE = { config: 1, lastUpdate: 2 };
const CONSENSUS = { type: 1, metadata: 2 };
const ADDRESSES = { address: 1 };
const CAPABILITIES = { entry: 1 };
const ENTRY = { key: 1 };
const ORDERERS = { consenter: 1 };
const CONSENTER = { id: 1, mspId: 4, identity: 5 };

const BFT = 'BFT';
const NOTHING = new Uint8Array();

const valueIn = (group: ConfigGroup | undefined, name: string): Uint8Array | undefined =>
  group?.getValuesMap().get(name)?.getValue_asU8();

/** The groups below one, by name. */
const groupsIn = (group: ConfigGroup | undefined): readonly (readonly [string, ConfigGroup])[] => {
  const groups = group?.getGroupsMap();
  return groups === undefined
    ? []
    : [...groups.keys()].flatMap((name) => {
        const found = groups.get(name);
        return found === undefined ? [] : [[name, found] as const];
      });
};

const organisationOf = (name: string, group: ConfigGroup, fault: DecodeFault): MspOrganisation =>
  decodeOrganisation(name, required(valueIn(group, 'MSP'), `${name}.MSP`, fault), fault);

const endpointsOf = (group: ConfigGroup, fault: DecodeFault): readonly string[] =>
  readWire(valueIn(group, 'Endpoints') ?? NOTHING, fault)
    .all(ADDRESSES.address)
    .map((address) => decodeText(address, 'OrdererAddresses', fault));

const consenterOf = (bytes: Uint8Array, fault: DecodeFault): [number, Uint8Array] => {
  const consenter = readWire(bytes, fault);
  const identity = new identities.SerializedIdentity();
  identity.setMspid(decodeText(consenter.last(CONSENTER.mspId), 'Consenter.msp_id', fault));
  identity.setIdBytes(consenter.last(CONSENTER.identity));
  return [unsigned(consenter.integer(CONSENTER.id)), identity.serializeBinary()];
};

const consentersOf = (ordering: ConfigGroup | undefined, fault: DecodeFault): Consensus['consenters'] =>
  new Map(
    readWire(valueIn(ordering, 'Orderers') ?? NOTHING, fault)
      .all(ORDERERS.consenter)
      .map((bytes) => consenterOf(bytes, fault)),
  );

const consensusOf = (ordering: ConfigGroup | undefined, fault: DecodeFault): Consensus => {
  const value = readWire(valueIn(ordering, 'ConsensusType') ?? NOTHING, fault);
  const type = decodeText(value.last(CONSENSUS.type), 'ConsensusType', fault);
  const consenters = type === BFT ? consentersOf(ordering, fault) : new Map<number, Uint8Array>();
  return { type, metadata: value.last(CONSENSUS.metadata), consenters };
};

const capabilitiesOf = (group: ConfigGroup, fault: DecodeFault): readonly string[] =>
  readWire(valueIn(group, 'Capabilities') ?? NOTHING, fault)
    .all(CAPABILITIES.entry)
    .map((entry) => decodeText(readWire(entry, fault).last(ENTRY.key), 'Capabilities', fault));

/** Decodes a `common.Config`, as a peer tells it. */
export const decodeConfig = (channel: string, bytes: Uint8Array, fault: DecodeFault): ChannelConfiguration => {
  const config = decodeConfigMessage(bytes, fault);
  const group = required(config.getChannelGroup(), 'ConfigGroup', fault);
  const [application, ordering] = ['Application', 'Orderer'].map((name) => group.getGroupsMap().get(name));
  return {
    channel,
    sequence: config.getSequence(),
    application: groupsIn(application).map(([name, one]) => organisationOf(name, one, fault)),
    orderers: groupsIn(ordering).map(([name, one]) => ({
      ...organisationOf(name, one, fault),
      endpoints: endpointsOf(one, fault),
    })),
    consensus: consensusOf(ordering, fault),
    capabilities: capabilitiesOf(group, fault),
    config,
  };
};

const timeIn = (channelHeader: Uint8Array): string | undefined => {
  try {
    return claimedTime(channelHeader, 'invalid_input');
  } catch {
    return undefined;
  }
};

/**
 * Decodes the envelope of a configuration block, block 0 among them: as a peer does, since whoever orders spells it, and Go orders its
 * maps at will.
 */
export const decodeConfiguration = (envelope: Uint8Array, fault: DecodeFault): BlockConfiguration => {
  const ordered = openOrdered(envelope, fault);
  const { type, channelHeader, data } = ordered;
  if (type !== common.HeaderType.CONFIG)
    throw new AnlianError(fault, { field: 'Payload', detail: 'not a configuration' });
  const content = readWire(data, fault);
  const [config, update] = [CONFIG_ENVELOPE.config, CONFIG_ENVELOPE.lastUpdate].map((field) => content.all(field));
  return {
    ...decodeConfig(channelOf(ordered, fault), concatBytes(...(config ?? [])), fault),
    time: timeIn(channelHeader),
    lastUpdate: update === undefined || update.length === 0 ? undefined : concatBytes(...update),
  };
};
