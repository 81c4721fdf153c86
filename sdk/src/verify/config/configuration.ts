import { instantMs } from '@anlian/contracts';
import {
  type BlockHeader,
  type ConfigurationEnvelope,
  type MspOrganisation,
  membersOf,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { decodeSigned, identities, configuration as messages, orderer } from '../../ledger/codec/messages.ts';
import { ensure } from '../form.ts';
import { CHECK, type Elements, elementsOf, keyOf } from './elements.ts';

/** A channel's configuration and the block that brought it. */
export interface Configuration {
  readonly block: BlockHeader;
  readonly sequence: number;
  /** When, as the orderer that made the block says; never before the configuration that this one followed. */
  readonly ms: number;
  readonly elements: Elements;
  /** The governors. */
  readonly application: readonly MspOrganisation[];
  readonly orderers: readonly MspOrganisation[];
  readonly msps: ReadonlyMap<string, MspOrganisation>;
  /** Names of what the channel as a whole can do. */
  readonly capabilities: readonly string[];
  /** How the orderers agree: `etcdraft`, `BFT`, or `EMBEDDED`. */
  readonly consensus: string;
  /** Where numbers stand for orderers in blocks' signatures (BFT): whom each stands for, as `msp.SerializedIdentity`. */
  readonly consenters: ReadonlyMap<number, Uint8Array>;
}

/** The one operator of an embedded ledger, which no policy binds. */
export const EMBEDDED = 'embedded';

const FAULT = 'invalid_input';

const valueAt = (elements: Elements, path: string): Uint8Array | undefined =>
  elements.get(keyOf('value', path))?.content;

const consensusOf = (elements: Elements): string => {
  const value = valueAt(elements, '/Channel/Orderer/ConsensusType');
  return value === undefined ? '' : decodeSigned(orderer.ConsensusType, value, 'ConsensusType', FAULT).getType();
};

const capabilitiesOf = (elements: Elements): readonly string[] => {
  const value = valueAt(elements, '/Channel/Capabilities');
  if (value === undefined) return [];
  return [...decodeSigned(messages.Capabilities, value, 'Capabilities', FAULT).getCapabilitiesMap().keys()];
};

const BFT = 'BFT';

const consentersOf = (elements: Elements, consensus: string): ReadonlyMap<number, Uint8Array> => {
  const value = valueAt(elements, '/Channel/Orderer/Orderers');
  if (consensus !== BFT || value === undefined) return new Map();
  const list = decodeSigned(messages.Orderers, value, 'Orderers', FAULT).getConsenterMappingList();
  return new Map(
    list.map((consenter) => {
      const identity = new identities.SerializedIdentity();
      identity.setMspid(consenter.getMspId());
      identity.setIdBytes(consenter.getIdentity_asU8());
      return [consenter.getId(), identity.serializeBinary()];
    }),
  );
};

/** An organisation that both endorses and orders is defined twice; two definitions of one MSP would leave open which counts. */
const mspsOf = (organisations: readonly MspOrganisation[]): ReadonlyMap<string, MspOrganisation> => {
  const msps = new Map<string, MspOrganisation>();
  for (const organisation of organisations) {
    const other = msps.get(organisation.mspId);
    const agrees = other === undefined || sameBytes(other.definition, organisation.definition);
    ensure(agrees, CHECK, 'an MSP is defined twice, and not alike');
    msps.set(organisation.mspId, organisation);
  }
  return msps;
};

/** Reads what a configuration block says. Whether it may say so is for the chain to judge. */
export const readConfiguration = (
  block: BlockHeader,
  { config, time }: ConfigurationEnvelope,
  notBeforeMs = 0,
): Configuration => {
  const elements = elementsOf(config.getChannelGroup());
  const { sequence, application, orderers } = membersOf(config, FAULT);
  const consensus = consensusOf(elements);
  return {
    block,
    sequence,
    ms: Math.max(instantMs(time), notBeforeMs),
    elements,
    application,
    orderers,
    msps: mspsOf([...application, ...orderers]),
    capabilities: capabilitiesOf(elements),
    consensus,
    consenters: consentersOf(elements, consensus),
  };
};
