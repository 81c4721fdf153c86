import { type BlockBundle, fromBase64Url, toHex, VerificationError } from '@anlian/contracts';
import {
  type DecodedBlock,
  dataHash,
  decodeBlock,
  decodeLastConfig,
  decodePayload,
  decodeResponsePayload,
  decodeTransaction,
  fromUtf8,
  headerHash,
  holdsOnlyKnownMetadata,
  sameBytes,
  splitEnvelope,
  type TransactionEnvelope,
  type TransactionHeader,
  VALIDATION_CODES,
  type ValidationCode,
  validationCodeName,
} from '../../ledger/codec/index.ts';
import { common } from '../../ledger/codec/messages.ts';
import { requireBlockSignatures } from '../config/blockSignatures.ts';
import { configurationBefore } from '../config/chain.ts';
import { ensure } from '../form.ts';
import { requireCreator, requireInnerEndorsement } from './transaction.ts';
import type { TrustedChannel } from './trust.ts';
import type { BlockTransaction } from './verdict.ts';

const FAULT = 'invalid_input';

/** An envelope of a block, as far as it can be read: anybody who may submit can have nonsense ordered. */
interface OpenedEnvelope {
  readonly header: TransactionHeader | undefined;
  /** Undefined for a configuration and for nonsense. */
  readonly transaction: TransactionEnvelope | undefined;
  readonly marked: ValidationCode;
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

const headerOf = (envelope: Uint8Array): TransactionHeader | undefined =>
  attempt(() => decodePayload(splitEnvelope(envelope, FAULT).payload, FAULT).header);

const openEnvelope = (envelope: Uint8Array, code: number): OpenedEnvelope => ({
  header: headerOf(envelope),
  transaction: attempt(() => decodeTransaction(envelope, FAULT)),
  marked: validationCodeName(code),
});

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

/**
 * No header names its channel: what ties a block to one is that its transactions name no other, and orderers sign blocks of several.
 * @throws VerificationError `channel`
 */
export const requireBlockChannel = (bundle: BlockBundle, { block }: OpenedBlock, { trust }: TrustedChannel): void => {
  const named = [bundle.channel, ...block.envelopes.flatMap((envelope) => headerOf(envelope)?.channel ?? [])];
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
const faultOf = async (transaction: TransactionEnvelope, channel: TrustedChannel): Promise<string | undefined> => {
  try {
    const inner = decodeResponsePayload(transaction.responsePayload, FAULT);
    const { chaincode } = inner.action;
    const isOurs = chaincode === channel.trust.chaincode && transaction.header.chaincode === chaincode;
    ensure(isOurs, 'block_transactions', 'another chaincode answered');
    await requireCreator({ transaction, inner }, channel);
    await requireInnerEndorsement({ transaction, inner }, channel);
    return undefined;
  } catch (error) {
    return error instanceof VerificationError ? error.detail : 'it cannot be read';
  }
};

const callOf = ({ chaincode, args: [name] }: TransactionEnvelope, ours: string): string => {
  const text = attempt(() => fromUtf8(name ?? new Uint8Array())) ?? '';
  return chaincode === ours ? text : `${chaincode}/${text}`;
};

const kindOf = ({ header, transaction }: OpenedEnvelope): BlockTransaction['kind'] => {
  if (transaction) return 'call';
  return header?.type === common.HeaderType.CONFIG ? 'configuration' : 'unreadable';
};

/**
 * Lists the transactions. One that the block marks valid while it lacks what validity takes gives the block away.
 * @throws VerificationError `block_transactions`
 */
export const listTransactions = async (
  { block: { envelopes, filter } }: OpenedBlock,
  channel: TrustedChannel,
): Promise<readonly BlockTransaction[]> => {
  const ours = channel.trust.chaincode;
  const listed: BlockTransaction[] = [];
  for (const [index, bytes] of envelopes.entries()) {
    const envelope = openEnvelope(bytes, filter[index] ?? VALIDATION_CODES.NOT_VALIDATED);
    const { header, transaction, marked } = envelope;
    const isOurs = transaction?.chaincode === ours;
    const fault = isOurs ? await faultOf(transaction, channel) : undefined;
    ensure(marked !== 'VALID' || fault === undefined, 'block_transactions', `transaction ${index}: ${fault}`);
    listed.push({
      index,
      kind: kindOf(envelope),
      txId: header?.txId ?? null,
      txTime: header?.txTime ?? null,
      call: transaction ? callOf(transaction, ours) : null,
      endorsed: isOurs ? fault === undefined : null,
      marked,
    });
  }
  return listed;
};
