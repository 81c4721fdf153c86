import { X509Certificate } from 'node:crypto';
import { AnlianError, MspId } from '@anlian/contracts';
import * as z from 'zod';
import {
  type ChannelConfig,
  channelGroupOf,
  consensusOf,
  copyOf,
  governorsOf,
  groupIn,
  type NamedOrganisation,
  orderingOf,
  raftOf,
} from './configuration.ts';
import type { etcdraft } from './messages.ts';
import { groupOf, Organisation } from './organisation.ts';

/** What an update does, in full: a channel's configuration with it follows from this and from the configuration before. */
export const ChannelChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), organisation: Organisation }),
  z.strictObject({ kind: z.literal('remove'), mspId: MspId }),
]);
export type ChannelChange = z.infer<typeof ChannelChange>;

/** What becomes of the ordering service: an organisation that joins orders nothing. */
export type OrderingChange = 'none' | 'removed' | 'untouched';

export interface Changed {
  readonly config: ChannelConfig;
  /** `untouched`: the organisation goes on ordering, since it cannot be taken out by one update. */
  readonly ordering: OrderingChange;
}

const alreadyThere = (field: string, detail: string): AnlianError =>
  new AnlianError('already_exists', { field, detail });

/** Two organisations with one name, one MSP or one authority would be two votes in one hand. */
const refuseTwins = (config: ChannelConfig, { name, mspId, rootCertPems, tlsRootCertPems }: Organisation): void => {
  for (const other of [...governorsOf(config), ...orderingOf(config).organisations]) {
    if (other.name === name) throw alreadyThere('name', `${name}: ${other.mspId}`);
    if (other.mspId === mspId) throw alreadyThere('mspId', `${mspId}: ${other.name}`);
    const shared = [...rootCertPems, ...tlsRootCertPems].some(
      (pem) => other.rootCertPems.includes(pem) || other.tlsRootCertPems.includes(pem),
    );
    if (shared) throw alreadyThere('rootCertPems', `the authority of ${other.name} (${other.mspId})`);
  }
};

/**
 * The configuration with one more organisation among the governors.
 * @throws {AnlianError} `already_exists` when another has its name, its MSP id or one of its authorities
 */
export const addOrganisation = (before: ChannelConfig, organisation: Organisation): Changed => {
  refuseTwins(before, organisation);
  const config = copyOf(before);
  groupIn(channelGroupOf(config), 'Application').getGroupsMap().set(organisation.name, groupOf(organisation));
  return { config, ordering: 'none' };
};

/**
 * The configuration without an organisation. A Raft orderer of its own goes with it while others remain; one that is the only
 * orderer, one of several of that organisation's, and one of BFT, whose block policy names every orderer, stays.
 * @throws {AnlianError} `not_found`; `invalid_input` for the last governor
 */
export const removeOrganisation = (before: ChannelConfig, mspId: string): Changed => {
  const governors = governorsOf(before);
  const leaving = governors.find((one) => one.mspId === mspId);
  if (!leaving) throw new AnlianError('not_found', { field: 'mspId', detail: mspId });
  if (governors.length === 1) throw new AnlianError('invalid_input', { field: 'mspId', detail: 'the last governor' });
  const config = copyOf(before);
  groupIn(channelGroupOf(config), 'Application').getGroupsMap().del(leaving.name);
  return { config, ordering: removeOrderer(config, leaving) };
};

/** What the change makes of a configuration. */
export const applyChange = (before: ChannelConfig, change: ChannelChange): Changed =>
  change.kind === 'add' ? addOrganisation(before, change.organisation) : removeOrganisation(before, change.mspId);

type Consenter = InstanceType<typeof etcdraft.Consenter>;

const isConsenterOf =
  ({ tlsRootCertPems }: NamedOrganisation) =>
  (consenter: Consenter): boolean => {
    const certificate = new X509Certificate(consenter.getServerTlsCert_asU8());
    return tlsRootCertPems
      .map((pem) => new X509Certificate(pem))
      .some((root) => certificate.checkIssued(root) && certificate.verify(root.publicKey));
  };

/** Changes `config` in place. */
const removeOrderer = (config: ChannelConfig, leaving: NamedOrganisation): OrderingChange => {
  const { type, organisations } = orderingOf(config);
  const own = organisations.find(({ mspId }) => mspId === leaving.mspId);
  if (!own) return 'none';
  if (type !== 'etcdraft') return 'untouched';
  const raft = raftOf(config);
  const isOwn = isConsenterOf(own);
  const remaining = raft.getConsentersList().filter((consenter) => !isOwn(consenter));
  // Raft takes one change of its consenters at a time.
  if (remaining.length === 0 || remaining.length < raft.getConsentersList().length - 1) return 'untouched';
  raft.setConsentersList(remaining);
  const consensus = consensusOf(config);
  consensus.setMetadata(raft.serializeBinary());
  const group = groupIn(channelGroupOf(config), 'Orderer');
  group.getValuesMap().get('ConsensusType')?.setValue(consensus.serializeBinary());
  group.getGroupsMap().del(own.name);
  return 'removed';
};
