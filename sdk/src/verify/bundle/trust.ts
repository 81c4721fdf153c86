import {
  fromBase64Url,
  instantMs,
  type KeyUse,
  TrustBundle,
  type TrustedMember,
  toHex,
  toInstant,
  VerificationError,
} from '@anlian/contracts';
import { dataHash, decodeBlock, decodeConfiguration, headerHash, sameBytes } from '../../ledger/codec/index.ts';
import { followConfigurations } from '../config/chain.ts';
import { type Configuration, EMBEDDED, readConfiguration } from '../config/configuration.ts';
import { type Organisations, termsOf } from '../config/terms.ts';
import { ensure, requireForm } from '../form.ts';
import { parseJson } from '../json.ts';
import { CLOCKS_DIFFER_MS } from './interval.ts';
import type { ConfigurationStand } from './verdict.ts';

/** Largest trust file that is looked at: thousands of members with all their keys, hundreds of configurations. */
export const MAX_TRUST_BYTES = 64 << 20;

const LIMITS = { maxBytes: MAX_TRUST_BYTES, maxDepth: 16, maxParts: 200_000 };

/** A trust file whose configurations were opened: who may sign what, and when. */
export interface TrustedChannel {
  readonly trust: TrustBundle;
  /** The channel's configurations, first to last. */
  readonly configurations: readonly Configuration[];
  /** Organisations by MSP id: those whose governors submit, and those whose peers attest. */
  readonly submitters: Organisations;
  readonly attestors: Organisations;
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

/**
 * Opens the genesis block of a trust file: its header hash is the one pinned, and it holds this channel's first configuration. Nothing
 * in the file but this hash needs to be trusted for what the block says.
 * @throws VerificationError `trust_genesis`
 */
export const openGenesis = async (trust: TrustBundle, pinned: string | undefined): Promise<Configuration> => {
  const check = 'trust_genesis';
  const { header, envelopes } = decodeBlock(fromBase64Url(trust.genesis), 'invalid_input');
  ensure(toHex(await headerHash(header)) === trust.genesisHash, check, 'the block’s hash is not the one stated');
  ensure(pinned === undefined || pinned === trust.genesisHash, check, 'the digest is not the one you pinned');
  ensure(header.number === 0 && header.previousHash.length === 0, check, 'the block is not the first of a chain');
  ensure(sameBytes(await dataHash(envelopes), header.dataHash), check, 'the block’s data are not those of its header');

  const [envelope, ...surplus] = envelopes;
  ensure(envelope !== undefined && surplus.length === 0, check, 'the block holds other than one configuration');
  const opened = decodeConfiguration(envelope, 'invalid_input');
  ensure(opened.channel === trust.channel, check, 'the block is of another channel');
  const configuration = readConfiguration(header, opened);
  const isOfKind = (configuration.consensus.type === EMBEDDED) === (trust.ledger === 'embedded');
  ensure(isOfKind, check, 'the block is of another kind of ledger than the file says');
  return configuration;
};

/** The newest configuration that is known. */
export const newestConfiguration = ({ configurations }: Pick<TrustedChannel, 'configurations'>): Configuration => {
  const newest = configurations.at(-1);
  if (newest === undefined) throw new RangeError('a channel has a first configuration');
  return newest;
};

export const configurationStand = (channel: Pick<TrustedChannel, 'configurations'>): ConfigurationStand => {
  const { sequence, block, ms } = newestConfiguration(channel);
  return { sequence, block: block.number, at: toInstant(ms) };
};

export const describeConfiguration = ({ sequence, block, at }: ConfigurationStand): string =>
  `${sequence} updates since genesis; the newest known configuration is of block ${block}, ${at}`;

/** A hostile file of many large updates is refused at the first, so the others are not even decoded. */
function* oneByOne(updates: readonly string[]): Generator<Uint8Array> {
  for (const update of updates) yield fromBase64Url(update);
}

/**
 * The time of a configuration is what one orderer says. A date that has not come would keep the configuration before it in force, so
 * that members who left, or fewer than are due now, could go on to sign. The first one is in force from ever on, whatever its date.
 */
const requirePast = ({ asOf }: TrustBundle, configurations: readonly Configuration[], nowMs: number): void => {
  const limitMs = Math.min(instantMs(asOf.at), nowMs) + CLOCKS_DIFFER_MS;
  const holds = configurations.slice(1).every(({ ms }) => ms <= limitMs);
  ensure(holds, 'trust_configuration', 'an update is dated after the file was made, or after now');
};

/**
 * Chains the file's configuration updates from the genesis block on, each against the configuration before it. A governor that no
 * configuration names is no fault of the file, since the members vote before the channel follows: its certificates do not count.
 * @throws VerificationError `trust_configuration`
 */
export const openUpdates = async (
  trust: TrustBundle,
  genesis: Configuration,
  nowMs: number,
): Promise<TrustedChannel> => {
  const configurations = await followConfigurations(genesis, oneByOne(trust.updates), trust.channel);
  const { block } = newestConfiguration({ configurations });
  ensure(block.number < trust.asOf.height, 'trust_configuration', 'an update is newer than the file says it is');
  requirePast(trust, configurations, nowMs);
  const submitters = termsOf(configurations, 'application');
  const attestors = trust.ledger === 'embedded' ? termsOf(configurations, 'orderers') : submitters;
  return { trust, configurations, submitters, attestors };
};

export const findMember = ({ trust }: TrustedChannel, member: string): TrustedMember | undefined =>
  trust.members.find((candidate) => candidate.member === member);

/** Keys of one use that a member ever had, whatever their time. */
export const keysOf = (channel: TrustedChannel, member: string, use: KeyUse): readonly TrustedKeyEntry[] =>
  (findMember(channel, member)?.keys ?? []).filter(({ key }) => key.use === use);

const asRefusal = async <T>(check: 'trust_genesis' | 'trust_configuration', work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    throw new VerificationError(check, 'a block cannot be read');
  }
};

/**
 * Opens a trust file: its form, the genesis block it begins at, and the channel's configurations since, none dated later than the file
 * or than `now`, where that is told.
 * @throws VerificationError `trust_form`, `trust_genesis`, `trust_configuration`
 */
export const openTrust = async (
  trust: Uint8Array | TrustBundle,
  pinned?: string,
  now?: Date,
): Promise<TrustedChannel> => {
  const read = readTrust(trust);
  const genesis = await asRefusal('trust_genesis', () => openGenesis(read, pinned));
  return asRefusal('trust_configuration', () => openUpdates(read, genesis, now?.getTime() ?? Number.POSITIVE_INFINITY));
};
