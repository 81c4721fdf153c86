import { X509Certificate } from 'node:crypto';
import { AnlianError, MspId } from '@anlian/contracts';
import * as z from 'zod';
import type { ChannelConfiguration, ConfigGroup, MspOrganisation } from '../ledger/index.ts';
import { isSameCertificate } from './authorities.ts';
import { groupIn, raftOf, setRaft, withTree } from './configuration.ts';
import type { etcdraft } from './messages.ts';
import { groupOf, Organisation } from './organisation.ts';
import { Revocation, revokeCertificates } from './revoke.ts';

/** What an update does, in full: a channel's configuration with it follows from this and from the configuration before. */
export const ChannelChange = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('add'), organisation: Organisation }),
  z.strictObject({ kind: z.literal('remove'), mspId: MspId }),
  Revocation,
]);
export type ChannelChange = z.infer<typeof ChannelChange>;

/** What becomes of the ordering service: an organisation that joins orders nothing. */
export type OrderingChange = 'none' | 'removed' | 'untouched';

export interface Changed {
  readonly configuration: ChannelConfiguration;
  /** `untouched`: the organisation goes on ordering, since it cannot be taken out by one update. */
  readonly ordering: OrderingChange;
}

const alreadyThere = (field: string, detail: string): AnlianError =>
  new AnlianError('already_exists', { field, detail });

/** Two organisations with one name, one MSP or one authority would be two votes in one hand. */
const refuseTwins = (before: ChannelConfiguration, newcomer: Organisation): void => {
  const { name, mspId } = newcomer;
  const authorities = [...newcomer.rootCertPems, ...newcomer.tlsRootCertPems];
  for (const other of [...before.application, ...before.orderers]) {
    if (other.name === name) throw alreadyThere('name', `${name}: ${other.mspId}`);
    if (other.mspId === mspId) throw alreadyThere('mspId', `${mspId}: ${other.name}`);
    const shared = [...other.rootCertPems, ...other.tlsRootCertPems].some((theirs) =>
      authorities.some((own) => isSameCertificate(own, theirs)),
    );
    if (shared) throw alreadyThere('rootCertPems', `the authority of ${other.name} (${other.mspId})`);
  }
};

/**
 * The configuration with one more organisation among the governors.
 * @throws {AnlianError} `already_exists` when another has its name, its MSP id or one of its authorities
 */
export const addOrganisation = (before: ChannelConfiguration, organisation: Organisation): Changed => {
  refuseTwins(before, organisation);
  const configuration = withTree(before, (tree) => {
    groupIn(tree, 'Application').getGroupsMap().set(organisation.name, groupOf(organisation));
  });
  return { configuration, ordering: 'none' };
};

/**
 * The configuration without an organisation. A Raft orderer of its own goes with it while others remain; one that is the only
 * orderer, one of several of that organisation's, and one of BFT, whose block policy names every orderer, stays.
 * @throws {AnlianError} `not_found`; `invalid_input` for the last governor
 */
export const removeOrganisation = (before: ChannelConfiguration, mspId: string): Changed => {
  const leaving = before.application.find((one) => one.mspId === mspId);
  if (!leaving) throw new AnlianError('not_found', { field: 'mspId', detail: mspId });
  if (before.application.length === 1)
    throw new AnlianError('invalid_input', { field: 'mspId', detail: 'the last governor' });
  const ordering = orderingWithout(before, mspId);
  const configuration = withTree(before, (tree) => {
    groupIn(tree, 'Application').getGroupsMap().del(leaving.name);
    if (typeof ordering !== 'string') ordering.removeFrom(tree);
  });
  return { configuration, ordering: typeof ordering === 'string' ? ordering : 'removed' };
};

/** What the change makes of a configuration. */
export const applyChange = (before: ChannelConfiguration, change: ChannelChange): Changed => {
  if (change.kind === 'revoke') return revokeCertificates(before, change);
  return change.kind === 'add'
    ? addOrganisation(before, change.organisation)
    : removeOrganisation(before, change.mspId);
};

type Consenter = InstanceType<typeof etcdraft.Consenter>;

const isConsenterOf =
  ({ tlsRootCertPems }: MspOrganisation) =>
  (consenter: Consenter): boolean => {
    const certificate = new X509Certificate(consenter.getServerTlsCert_asU8());
    return tlsRootCertPems
      .map((pem) => new X509Certificate(pem))
      .some((root) => certificate.checkIssued(root) && certificate.verify(root.publicKey));
  };

/** How an organisation's orderer is taken out, or why there is none to take out. */
const orderingWithout = (
  before: ChannelConfiguration,
  mspId: string,
): Exclude<OrderingChange, 'removed'> | { readonly removeFrom: (tree: ConfigGroup) => void } => {
  const own = before.orderers.find((one) => one.mspId === mspId);
  if (!own) return 'none';
  if (before.consensus.type !== 'etcdraft') return 'untouched';
  const raft = raftOf(before);
  const isOwn = isConsenterOf(own);
  const remaining = raft.getConsentersList().filter((consenter) => !isOwn(consenter));
  // Raft takes one change of its consenters at a time.
  if (remaining.length === 0 || remaining.length < raft.getConsentersList().length - 1) return 'untouched';
  raft.setConsentersList(remaining);
  return {
    removeFrom: (tree) => {
      setRaft(tree, raft);
      groupIn(tree, 'Orderer').getGroupsMap().del(own.name);
    },
  };
};
