import {
  fromBase64Url,
  type KeyUse,
  TrustBundle,
  type TrustedMember,
  toHex,
  VerificationError,
} from '@anlian/contracts';
import {
  type ChannelOrganisation,
  dataHash,
  decodeBlock,
  decodeConfiguration,
  headerHash,
  sameBytes,
} from '../../ledger/codec/index.ts';
import { ensure, requireForm } from './form.ts';
import { parseJson } from './json.ts';

/** Largest trust file that is looked at: thousands of members with all their keys. */
export const MAX_TRUST_BYTES = 16 << 20;

const LIMITS = { maxBytes: MAX_TRUST_BYTES, maxDepth: 16, maxParts: 200_000 };

/** A trust file whose genesis block was opened: who may sign what. */
export interface TrustedChannel {
  readonly trust: TrustBundle;
  /** Organisations of the genesis block by MSP id: those whose governors submit, and those whose peers attest. */
  readonly submitters: ReadonlyMap<string, ChannelOrganisation>;
  readonly attestors: ReadonlyMap<string, ChannelOrganisation>;
}

export type TrustedKeyEntry = TrustedMember['keys'][number];

const requireDistinct = (values: readonly string[], what: string): void =>
  ensure(new Set(values).size === values.length, 'trust_form', `${what} is listed twice`);

/**
 * Reads a trust file, or checks one that was read.
 * @throws VerificationError `trust_form`
 */
export const readTrust = (trust: Uint8Array | TrustBundle): TrustBundle => {
  const value = trust instanceof Uint8Array ? parseJson(trust, LIMITS, 'trust_form') : trust;
  const read = requireForm(TrustBundle, value, 'trust_form');
  requireDistinct(
    read.members.map(({ member }) => member),
    'a member',
  );
  requireDistinct(
    read.members.flatMap(({ mspId }) => mspId ?? []),
    'an MSP',
  );
  requireDistinct(
    read.members.flatMap(({ keys }) => keys.map(({ key }) => key.kid)),
    'a key',
  );
  return read;
};

const byMspId = (organisations: readonly ChannelOrganisation[]): ReadonlyMap<string, ChannelOrganisation> =>
  new Map(organisations.map((organisation) => [organisation.mspId, organisation]));

/**
 * Opens the genesis block of a trust file: its header hash is the one pinned, and its configuration names the MSP roots of this
 * channel's governors. Nothing in the file but this hash needs to be trusted for what the block says.
 * @throws VerificationError `trust_genesis`
 */
export const openGenesis = async (trust: TrustBundle, pinned: string | undefined): Promise<TrustedChannel> => {
  const check = 'trust_genesis';
  const { header, envelopes } = decodeBlock(fromBase64Url(trust.genesis), 'invalid_input');
  ensure(toHex(await headerHash(header)) === trust.genesisHash, check, 'the block’s hash is not the one stated');
  ensure(pinned === undefined || pinned === trust.genesisHash, check, 'the digest is not the one you pinned');
  ensure(header.number === 0 && header.previousHash.length === 0, check, 'the block is not the first of a chain');
  ensure(sameBytes(await dataHash(envelopes), header.dataHash), check, 'the block’s data are not those of its header');

  const [envelope, ...surplus] = envelopes;
  ensure(envelope !== undefined && surplus.length === 0, check, 'the block holds other than one configuration');
  const configuration = decodeConfiguration(envelope, 'invalid_input');
  ensure(configuration.channel === trust.channel, check, 'the block is of another channel');
  const submitters = byMspId(configuration.application);
  const uncovered = trust.members.some(({ kind, mspId }) => kind === 'governor' && !submitters.has(mspId ?? ''));
  ensure(!uncovered, check, 'the block names no MSP of a governor that the file lists');
  const attestors = trust.ledger === 'embedded' ? byMspId(configuration.orderers) : submitters;
  return { trust, submitters, attestors };
};

export const findMember = ({ trust }: TrustedChannel, member: string): TrustedMember | undefined =>
  trust.members.find((candidate) => candidate.member === member);

/** Keys of one use that a member ever had, whatever their time. */
export const keysOf = (channel: TrustedChannel, member: string, use: KeyUse): readonly TrustedKeyEntry[] =>
  (findMember(channel, member)?.keys ?? []).filter(({ key }) => key.use === use);

/**
 * Opens a trust file: its form, and the genesis block it begins at.
 * @throws VerificationError `trust_form`, `trust_genesis`
 */
export const openTrust = async (trust: Uint8Array | TrustBundle, pinned?: string): Promise<TrustedChannel> => {
  const read = readTrust(trust);
  try {
    return await openGenesis(read, pinned);
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    throw new VerificationError('trust_genesis', 'the genesis block cannot be read');
  }
};
