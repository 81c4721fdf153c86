import { AnlianError } from '@anlian/contracts';
import { type LedgerIdentity, messages, type Random, sameBytes } from '../ledger/index.ts';
import { applyChange, type ChannelChange, type OrderingChange } from './change.ts';
import {
  type ChannelConfig,
  channelGroupOf,
  governorsOf,
  type NamedOrganisation,
  orderingOf,
} from './configuration.ts';
import { differenceOf } from './difference.ts';
import { type Acting, signedEnvelope } from './envelope.ts';
import { checkSignature, signUpdateBytes, type UpdateSignature } from './signatures.ts';

/** A change of a channel's configuration on its way round the governors. */
export interface ChannelUpdate {
  readonly channel: string;
  /** Number of the configuration that it changes: after another change it is made anew. */
  readonly sequence: number;
  readonly change: ChannelChange;
  /** `common.ConfigUpdate`: what is signed. */
  readonly bytes: Uint8Array;
  readonly signatures: readonly UpdateSignature[];
}

/** The organisations of which a majority must sign. */
export interface Electorate {
  readonly group: 'Application' | 'Orderer';
  readonly organisations: readonly NamedOrganisation[];
}

/** An update that does what it says and no more, with what follows from it. */
export interface CheckedUpdate extends ChannelUpdate {
  readonly governorsBefore: readonly NamedOrganisation[];
  readonly governorsAfter: readonly NamedOrganisation[];
  readonly ordering: OrderingChange;
  readonly electorates: readonly Electorate[];
  /** MSP ids whose administrators signed, each once. */
  readonly signers: readonly string[];
}

const encodeUpdate = (before: ChannelConfig, after: ChannelConfig): Uint8Array => {
  const difference = differenceOf(channelGroupOf(before), channelGroupOf(after));
  if (!difference) throw new AnlianError('already_exists', { detail: 'the configuration says so already' });
  const message = new messages.configtx.ConfigUpdate();
  message.setChannelId(before.channel);
  message.setReadSet(difference.read);
  message.setWriteSet(difference.write);
  return message.serializeBinary();
};

/**
 * The update that makes a change to the present configuration; nobody has signed it yet.
 * @throws {AnlianError} as {@link applyChange}
 */
export const makeUpdate = (before: ChannelConfig, change: ChannelChange): ChannelUpdate => ({
  channel: before.channel,
  sequence: before.config.getSequence(),
  change,
  bytes: encodeUpdate(before, applyChange(before, change).config),
  signatures: [],
});

/** Whether the present configuration has it already. */
export const isInEffect = (config: ChannelConfig, change: ChannelChange): boolean => {
  const governors = governorsOf(config);
  if (change.kind === 'remove') return governors.every(({ mspId }) => mspId !== change.mspId);
  const { organisation } = change;
  const there = governors.find(({ name, mspId }) => name === organisation.name && mspId === organisation.mspId);
  const same = (own: readonly string[], others: readonly string[]) =>
    own.length === others.length && own.every((pem) => others.includes(pem));
  return (
    there !== undefined &&
    same(organisation.rootCertPems, there.rootCertPems) &&
    same(organisation.intermediateCertPems, there.intermediateCertPems) &&
    same(organisation.tlsRootCertPems, there.tlsRootCertPems)
  );
};

/** The policies that the change is under: `MAJORITY Admins` of each group that it touches. */
const electoratesOf = (config: ChannelConfig, ordering: OrderingChange): Electorate[] => [
  { group: 'Application', organisations: governorsOf(config) },
  ...(ordering === 'removed' ? [{ group: 'Orderer', organisations: orderingOf(config).organisations } as const] : []),
];

const everyone = (electorates: readonly Electorate[]): NamedOrganisation[] =>
  electorates.flatMap(({ organisations }) => organisations);

/**
 * Holds an update against the present configuration: its bytes must be those that the change it names gives, to the last bit, and every
 * signature right. So what a governor is shown is all that it signs.
 * @throws {AnlianError} `fabric_update_foreign`; `fabric_update_outdated` when the configuration has changed since
 */
export const checkUpdate = async (update: ChannelUpdate, present: ChannelConfig): Promise<CheckedUpdate> => {
  if (update.channel !== present.channel)
    throw new AnlianError('fabric_update_foreign', { field: 'channel', detail: update.channel });
  if (update.sequence !== present.config.getSequence())
    throw new AnlianError('fabric_update_outdated', {
      field: 'sequence',
      detail: `${update.sequence} ≠ ${present.config.getSequence()}`,
    });
  const { config, ordering } = applyChange(present, update.change);
  if (!sameBytes(encodeUpdate(present, config), update.bytes))
    throw new AnlianError('fabric_update_foreign', { field: 'update' });
  const electorates = electoratesOf(present, ordering);
  const signers: string[] = [];
  for (const signature of update.signatures)
    signers.push(await checkSignature(update.bytes, signature, everyone(electorates)));
  return {
    ...update,
    governorsBefore: governorsOf(present),
    governorsAfter: governorsOf(config),
    ordering,
    electorates,
    signers: [...new Set(signers)],
  };
};

/**
 * Adds an administrator's signature; an organisation that has signed is not asked twice.
 * @throws {AnlianError} `fabric_signer_not_admin`
 */
export const signUpdate = async (
  update: CheckedUpdate,
  identity: LedgerIdentity,
  random: Random,
): Promise<CheckedUpdate> => {
  if (update.signers.includes(identity.mspId)) return update;
  const signature = await signUpdateBytes(update.bytes, identity, everyone(update.electorates), random);
  return {
    ...update,
    signatures: [...update.signatures, signature],
    signers: [...update.signers, identity.mspId],
  };
};

/** Which organisations could still sign, where a majority has not. */
export const missingSigners = ({ electorates, signers }: CheckedUpdate): NamedOrganisation[] => {
  const missing = electorates.flatMap(({ organisations }) => {
    const unsigned = organisations.filter(({ mspId }) => !signers.includes(mspId));
    return organisations.length - unsigned.length > organisations.length / 2 ? [] : unsigned;
  });
  return missing.filter(({ mspId }, at) => missing.findIndex((one) => one.mspId === mspId) === at);
};

/** @throws {AnlianError} `fabric_signatures_missing`, naming who has not signed */
export const requireMajority = (update: CheckedUpdate): void => {
  const missing = missingSigners(update);
  if (missing.length === 0) return;
  throw new AnlianError('fabric_signatures_missing', {
    field: 'signatures',
    detail: missing.map(({ name, mspId }) => `${name} (${mspId})`).join(', '),
    errors: missing.map(({ name, mspId }) => ({ field: mspId, code: 'not_signed', detail: name })),
  });
};

/** `common.Envelope` of the update, as an orderer takes it: signed once more by whoever hands it in. */
export const updateEnvelope = async (
  { channel, bytes, signatures }: Pick<ChannelUpdate, 'channel' | 'bytes' | 'signatures'>,
  acting: Acting,
): Promise<Uint8Array> => {
  const { configtx } = messages;
  const message = new configtx.ConfigUpdateEnvelope();
  message.setConfigUpdate(bytes);
  for (const { header, signature } of signatures) {
    const one = new configtx.ConfigSignature();
    one.setSignatureHeader(header);
    one.setSignature(signature);
    message.addSignatures(one);
  }
  return signedEnvelope(
    { type: messages.common.HeaderType.CONFIG_UPDATE, channel, data: message.serializeBinary() },
    acting,
  );
};
