import { instantMs } from '@anlian/contracts';
import {
  type BlockConfiguration,
  type BlockHeader,
  type ChannelConfiguration,
  type MspOrganisation,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { ensure } from '../form.ts';
import { CHECK, type Elements, elementsOf } from './elements.ts';

/** What a configuration's policies are judged by. */
export interface Rules {
  readonly elements: Elements;
  readonly msps: ReadonlyMap<string, MspOrganisation>;
}

/** A channel's configuration and the block that brought it. */
export interface Configuration extends Rules, Omit<ChannelConfiguration, 'channel' | 'config'> {
  readonly block: BlockHeader;
  /** When, as the orderer that made the block says; never before the configuration that this one followed. */
  readonly ms: number;
}

/** The one operator of an embedded ledger, which no policy binds. */
export const EMBEDDED = 'embedded';

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

/** @throws VerificationError `trust_configuration` for what no channel has */
export const rulesOf = ({
  config,
  application,
  orderers,
}: Pick<ChannelConfiguration, 'config' | 'application' | 'orderers'>): Rules => ({
  elements: elementsOf(config.getChannelGroup()),
  msps: mspsOf([...application, ...orderers]),
});

/** Reads what a configuration block says. Whether it may say so is for the chain to judge. */
export const readConfiguration = (
  block: BlockHeader,
  { sequence, time, application, orderers, consensus, capabilities, config }: BlockConfiguration,
  notBeforeMs = 0,
): Configuration => ({
  ...rulesOf({ config, application, orderers }),
  block,
  sequence,
  ms: time === undefined ? notBeforeMs : Math.max(instantMs(time), notBeforeMs),
  application,
  orderers,
  consensus,
  capabilities,
});
