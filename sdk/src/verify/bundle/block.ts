import { type BlockBundle, fromBase64Url, toHex, VerificationError } from '@anlian/contracts';
import { claimedTime } from '../../ledger/codec/header.ts';
import {
  type DecodedBlock,
  dataHash,
  decodeBlock,
  decodeLastConfig,
  decodeResponsePayload,
  fromUtf8,
  headerHash,
  holdsOnlyKnownMetadata,
  readTransaction,
  sameBytes,
  VALIDATION_CODES,
  validationCodeName,
} from '../../ledger/codec/index.ts';
import { common } from '../../ledger/codec/messages.ts';
import {
  argsOf,
  calledChaincode,
  channelOf,
  isEndorserTransaction,
  type OrderedAction,
  type OrderedTransaction,
  onlyActionOf,
  openOrdered,
  txIdOf,
} from '../../ledger/codec/ordered.ts';
import { requireBlockSignatures } from '../config/blockSignatures.ts';
import { configurationBefore } from '../config/chain.ts';
import { ensure } from '../form.ts';
import { namedChaincodes } from './attested.ts';
import { requireCreator, requireInnerEndorsement } from './transaction.ts';
import type { TrustedChannel } from './trust.ts';
import type { BlockTransaction } from './verdict.ts';

const FAULT = 'invalid_input';
const UNREADABLE = 'it cannot be read';

/** An envelope of a block, read as a peer reads it: anybody who may submit can have nonsense ordered, or sense in his own spelling. */
interface OpenedEnvelope {
  readonly kind: BlockTransaction['kind'];
  /** Undefined for nonsense. */
  readonly ordered: OrderedTransaction | undefined;
  /** The chaincode that was called; undefined unless one was. */
  readonly chaincode: string | undefined;
  /** What of it is a call. */
  readonly action: OrderedAction | undefined;
}

export interface OpenedBlock {
  readonly block: DecodedBlock;
  readonly hash: Uint8Array;
}

/** Far above any `MaxMessageCount` that people set; more are sent to keep a verifier busy. */
const MAX_TRANSACTIONS = 10_000;

const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

const openCall = (ordered: OrderedTransaction): Pick<OpenedEnvelope, 'chaincode' | 'action'> => ({
  chaincode: calledChaincode(ordered),
  action: onlyActionOf(ordered, FAULT),
});

const openEnvelope = (envelope: Uint8Array): OpenedEnvelope => {
  const ordered = attempt(() => openOrdered(envelope, FAULT));
  const nothing = { ordered, chaincode: undefined, action: undefined };
  if (ordered?.type === common.HeaderType.CONFIG) return { ...nothing, kind: 'configuration' };
  const call = ordered && isEndorserTransaction(ordered) ? attempt(() => openCall(ordered)) : undefined;
  return call ? { ...nothing, ...call, kind: 'call' } : { ...nothing, kind: 'unreadable' };
};

/**
 * Takes the block apart, its transactions not yet.
 * @throws VerificationError `block_form`; AnlianError for bytes that are none
 */
export const openBlock = async ({ block: json }: BlockBundle): Promise<OpenedBlock> => {
  const bytes = fromBase64Url(json);
  const block = decodeBlock(bytes, FAULT);
  ensure(block.envelopes.length <= MAX_TRANSACTIONS, 'block_form', `more than ${MAX_TRANSACTIONS} transactions`);
  ensure(holdsOnlyKnownMetadata(bytes, block, FAULT), 'block_form', 'metadata that nobody signed and nobody reads');
  return { block, hash: await headerHash(block.header) };
};

/** Nothing, where there is no header that could name one: peers hold such an envelope invalid. */
const namedChannel = (envelope: Uint8Array): readonly string[] => {
  const ordered = attempt(() => openOrdered(envelope, FAULT));
  return ordered === undefined || ordered.channelHeader.length === 0
    ? []
    : [attempt(() => channelOf(ordered, FAULT)) ?? UNREADABLE];
};

/**
 * No header names its channel: what ties a block to one is that its transactions name no other, and orderers sign blocks of several.
 * @throws VerificationError `channel`
 */
export const requireBlockChannel = (bundle: BlockBundle, { block }: OpenedBlock, { trust }: TrustedChannel): void => {
  const named = [bundle.channel, ...block.envelopes.flatMap(namedChannel)];
  const isOurs = named.length > 1 && named.every((channel) => channel === trust.channel);
  ensure(isOurs, 'channel', 'the block is not known to be of the trust file’s channel');
};

/** @throws VerificationError `block_data` */
export const requireBlockData = async ({ block }: OpenedBlock): Promise<void> =>
  ensure(
    sameBytes(await dataHash(block.envelopes), block.header.dataHash),
    'block_data',
    'the transactions are not those of the header',
  );

/**
 * The channel's orderers signed the header, as the configuration before it asks, and nobody besides. The genesis block of a Fabric channel
 * nobody signs: its hash is what the trust file pins.
 * @throws VerificationError `block_signature`
 */
export const requireOrderers = async (
  { block, hash }: OpenedBlock,
  channel: TrustedChannel,
): Promise<readonly string[]> => {
  const check = 'block_signature';
  const { header, signatures } = block;
  if (header.number === 0) {
    ensure(toHex(hash) === channel.trust.genesisHash, check, 'it is not the genesis block of the trust file');
    if (signatures.length === 0) return [];
  }
  const configuration = configurationBefore(channel.configurations, header.number);
  const isKnown = [configuration.block.number, header.number].includes(decodeLastConfig(block, FAULT));
  ensure(isKnown, check, 'it was made under a configuration that the trust file lacks; the file may be older');
  const signed = await requireBlockSignatures(block, configuration, check);
  ensure(signed.length === signatures.length, check, 'a signature is nobody’s who orders, or does not hold');
  return signed;
};

/** Why a call of our chaincode was not brought on the ledger as it should be; undefined when it was. */
const faultOf = async (
  envelope: Uint8Array,
  channel: TrustedChannel,
  under: { readonly block: number },
): Promise<string | undefined> => {
  try {
    const transaction = readTransaction(envelope, FAULT);
    const inner = decodeResponsePayload(transaction.responsePayload, FAULT);
    const isOurs = namedChaincodes({ transaction, inner }).every((name) => name === channel.trust.chaincode);
    ensure(isOurs, 'block_transactions', 'it names another chaincode beside ours');
    await requireCreator({ transaction, inner }, channel, under);
    await requireInnerEndorsement({ transaction, inner }, channel, under);
    return undefined;
  } catch (error) {
    return error instanceof VerificationError ? error.detail : UNREADABLE;
  }
};

const answererOf = ({ action }: OpenedEnvelope): string | undefined =>
  action && attempt(() => decodeResponsePayload(action.responsePayload, FAULT).action.chaincode);

const functionOf = (action: OrderedAction | undefined): string =>
  attempt(() => fromUtf8((action && argsOf(action)[0]) ?? new Uint8Array())) ?? '';

const callOf = ({ chaincode, action }: OpenedEnvelope, ours: string): string | null => {
  if (chaincode === undefined) return null;
  return chaincode === ours ? functionOf(action) : `${chaincode}/${functionOf(action)}`;
};

/**
 * Lists the transactions. One that the block marks valid while it lacks what validity takes gives the block away, and so does one that
 * nobody can read: no peer holds such valid.
 * @throws VerificationError `block_transactions`
 */
export const listTransactions = async (
  { block: { header, envelopes, filter } }: OpenedBlock,
  channel: TrustedChannel,
): Promise<readonly BlockTransaction[]> => {
  const ours = channel.trust.chaincode;
  const listed: BlockTransaction[] = [];
  for (const [index, bytes] of envelopes.entries()) {
    const envelope = openEnvelope(bytes);
    const { kind, ordered, chaincode } = envelope;
    const marked = validationCodeName(filter[index] ?? VALIDATION_CODES.NOT_VALIDATED);
    const isOurs = chaincode === ours || answererOf(envelope) === ours;
    const unfit = isOurs ? await faultOf(bytes, channel, { block: header.number }) : undefined;
    const fault = kind === 'unreadable' ? UNREADABLE : unfit;
    ensure(marked !== 'VALID' || fault === undefined, 'block_transactions', `transaction ${index}: ${fault}`);
    listed.push({
      index,
      kind,
      txId: (ordered && attempt(() => txIdOf(ordered, FAULT))) ?? null,
      txTime: (ordered && attempt(() => claimedTime(ordered.channelHeader, FAULT))) ?? null,
      call: callOf(envelope, ours),
      endorsed: isOurs ? fault === undefined : null,
      marked,
    });
  }
  return listed;
};
