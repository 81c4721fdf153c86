import { AnlianError } from '@anlian/contracts';
import {
  type ChannelConfiguration,
  type LedgerIdentity,
  type MspOrganisation,
  messages,
  type Random,
  readCertificate,
  sameBytes,
} from '../ledger/index.ts';
import type { Signer } from '../verify/config/signers.ts';
import { isSameCertificate } from './authorities.ts';
import { applyChange, type ChannelChange, type OrderingChange } from './change.ts';
import { treeOf } from './configuration.ts';
import { differenceOf } from './difference.ts';
import { type Ballot, ballotOf, type DuePolicy, distinct, judge, type Signatory } from './duePolicies.ts';
import { type Acting, signedEnvelope } from './envelope.ts';
import { hasList } from './revoke.ts';
import { checkSignatures, signUpdateBytes, type UpdateSignature } from './signatures.ts';

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

/** An update that does what it says and no more, with what follows from it. */
export interface CheckedUpdate extends ChannelUpdate {
  readonly governorsBefore: readonly MspOrganisation[];
  readonly governorsAfter: readonly MspOrganisation[];
  readonly ordering: OrderingChange;
  readonly ballot: Ballot;
  /** Who signed, each once. */
  readonly signers: readonly Signer[];
  /** The channel's policies that the change is under, and how far the signatures go towards each. */
  readonly policies: readonly DuePolicy[];
}

const encodeUpdate = (before: ChannelConfiguration, after: ChannelConfiguration): Uint8Array => {
  const difference = differenceOf(treeOf(before), treeOf(after));
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
export const makeUpdate = (before: ChannelConfiguration, change: ChannelChange): ChannelUpdate => ({
  channel: before.channel,
  sequence: before.sequence,
  change,
  bytes: encodeUpdate(before, applyChange(before, change).configuration),
  signatures: [],
});

const areSame = (own: readonly string[], others: readonly string[]): boolean =>
  own.length === others.length && own.every((pem) => others.some((other) => isSameCertificate(pem, other)));

/** Whether the present configuration has it already. */
export const isInEffect = (present: ChannelConfiguration, change: ChannelChange): boolean => {
  const { application } = present;
  if (change.kind === 'revoke') return hasList(present, change);
  if (change.kind === 'remove') return application.every(({ mspId }) => mspId !== change.mspId);
  const { organisation } = change;
  const there = application.find(({ name, mspId }) => name === organisation.name && mspId === organisation.mspId);
  return (
    there !== undefined &&
    areSame(organisation.rootCertPems, there.rootCertPems) &&
    areSame(organisation.intermediateCertPems, there.intermediateCertPems) &&
    areSame(organisation.tlsRootCertPems, there.tlsRootCertPems)
  );
};

/**
 * Holds an update against the present configuration: its bytes must be those that the change it names gives, to the last bit, and every
 * signature right. So what a governor is shown is all that it signs.
 * @throws {AnlianError} `fabric_update_foreign`; `fabric_update_outdated` when the configuration has changed since; as {@link ballotOf}
 */
export const checkUpdate = async (update: ChannelUpdate, present: ChannelConfiguration): Promise<CheckedUpdate> => {
  if (update.channel !== present.channel)
    throw new AnlianError('fabric_update_foreign', { field: 'channel', detail: update.channel });
  if (update.sequence !== present.sequence)
    throw new AnlianError('fabric_update_outdated', {
      field: 'sequence',
      detail: `${update.sequence} ≠ ${present.sequence}`,
    });
  const { configuration, ordering } = applyChange(present, update.change);
  if (!sameBytes(encodeUpdate(present, configuration), update.bytes))
    throw new AnlianError('fabric_update_foreign', { field: 'update' });
  const ballot = ballotOf(present, update.bytes);
  const counted = await checkSignatures(update.bytes, update.signatures, ballot);
  const signers = counted.map(({ signer }) => signer);
  return {
    ...update,
    signatures: counted.map(({ signature }) => signature),
    governorsBefore: present.application,
    governorsAfter: configuration.application,
    ordering,
    ballot,
    signers,
    policies: judge(ballot, signers),
  };
};

/** Whether the holder of this key signed it, be it under another certificate. */
export const hasSigned = ({ signers }: CheckedUpdate, { mspId, certPem }: LedgerIdentity): boolean => {
  const key = readCertificate(certPem)?.publicKey.rawData;
  return signers.some(
    ({ organisation, certificate }) =>
      key !== undefined && organisation.mspId === mspId && sameBytes(certificate.spki, new Uint8Array(key)),
  );
};

/**
 * Adds a signature, of each signer once.
 * @throws {AnlianError} `fabric_signer_not_admin` when no policy that the change is under counts it
 */
export const signUpdate = async (
  update: CheckedUpdate,
  identity: LedgerIdentity,
  random: Random,
): Promise<CheckedUpdate> => {
  if (hasSigned(update, identity)) return update;
  const { signature, signer } = await signUpdateBytes(update.bytes, identity, update.ballot, random);
  const signers = [...update.signers, signer];
  return {
    ...update,
    signatures: [...update.signatures, signature],
    signers,
    policies: judge(update.ballot, signers),
  };
};

/** Whose signatures would still help, as long as a policy is not satisfied. */
export const missingSigners = ({ policies }: CheckedUpdate): Signatory[] =>
  distinct(policies.flatMap(({ lacking }) => lacking));

/** Whether the channel would take it as it is. */
export const isSignedEnough = ({ policies }: CheckedUpdate): boolean =>
  policies.every(({ isSatisfied }) => isSatisfied);

/** How a signatory is told to people. */
export const describeSignatory = ({ name, mspId, role, subject }: Signatory): string =>
  `${name || '—'} (${[mspId, ...(role === 'admin' ? [] : [role ?? subject])].join(', ')})`;

/** @throws {AnlianError} `fabric_signatures_missing`, naming the policies that are not satisfied and who could still sign */
export const requireSignatures = (update: CheckedUpdate): void => {
  if (isSignedEnough(update)) return;
  const missing = missingSigners(update);
  const unsatisfied = update.policies.filter(({ isSatisfied }) => !isSatisfied).map(({ path }) => path);
  throw new AnlianError('fabric_signatures_missing', {
    field: unsatisfied.join(', '),
    detail: missing.map(describeSignatory).join(', '),
    errors: missing.map(({ mspId, ...one }) => ({
      field: mspId,
      code: 'not_signed',
      detail: describeSignatory({ mspId, ...one }),
    })),
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
