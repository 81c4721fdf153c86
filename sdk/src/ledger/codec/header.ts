import { sha256 } from '@anlian/chaincode/crypto';
import { AnlianError, toHex, toInstant } from '@anlian/contracts';
import { concatBytes } from './bytes.ts';
import { chaincode, common, type DecodeFault, decodeSigned, proposal, required, timestamp } from './messages.ts';

/** The channel header and signature header that a proposal and its transaction share. */
export interface TransactionHeader {
  /** Bytes as signed and hashed. */
  readonly channelHeader: Uint8Array;
  readonly signatureHeader: Uint8Array;
  readonly type: number;
  readonly channel: string;
  /** Empty for a configuration block's header. */
  readonly chaincode: string;
  readonly txId: string;
  /** Instant of the submitter's claim, whole milliseconds. */
  readonly txTime: string;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Lower-case hexadecimal SHA-256(nonce || creator), as Fabric names a transaction. */
export const transactionId = async (nonce: Uint8Array, creator: Uint8Array): Promise<string> =>
  toHex(await sha256(concatBytes(nonce, creator)));

const toTimestamp = (ms: number) => {
  const message = new timestamp.Timestamp();
  message.setSeconds(Math.floor(ms / 1000));
  message.setNanos((ms - Math.floor(ms / 1000) * 1000) * 1_000_000);
  return message;
};

/** Milliseconds of the era that `Instant` can write with a four-digit year. */
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** The time that a `ChannelHeader` claims, as the chaincode's own library reads it. */
export const claimedTime = (channelHeader: Uint8Array, fault: DecodeFault): string => {
  const header = decodeSigned(common.ChannelHeader, channelHeader, 'ChannelHeader', fault);
  const claimed = required(header.getTimestamp(), 'ChannelHeader.timestamp', fault);
  const ms = claimed.getSeconds() * 1000 + Math.floor(claimed.getNanos() / 1_000_000);
  if (!(ms >= 0 && ms <= LAST_MS))
    throw new AnlianError(fault, { field: 'ChannelHeader.timestamp', detail: 'no such instant' });
  return toInstant(ms);
};

export const encodeChannelHeader = (fields: {
  readonly type: number;
  readonly channel: string;
  readonly chaincode?: string;
  readonly txId: string;
  readonly timeMs: number;
}): Uint8Array => {
  const message = new common.ChannelHeader();
  message.setType(fields.type);
  message.setChannelId(fields.channel);
  message.setTxId(fields.txId);
  message.setTimestamp(toTimestamp(fields.timeMs));
  if (fields.chaincode !== undefined) message.setExtension$(encodeChaincodeExtension(fields.chaincode));
  return message.serializeBinary();
};

const encodeChaincodeExtension = (name: string): Uint8Array => {
  const extension = new proposal.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeIdOf(name));
  return extension.serializeBinary();
};

export const encodeSignatureHeader = (creator: Uint8Array, nonce: Uint8Array): Uint8Array => {
  const message = new common.SignatureHeader();
  message.setCreator(creator);
  message.setNonce(nonce);
  return message.serializeBinary();
};

export const encodeHeader = (channelHeader: Uint8Array, signatureHeader: Uint8Array): Uint8Array => {
  const message = new common.Header();
  message.setChannelHeader(channelHeader);
  message.setSignatureHeader(signatureHeader);
  return message.serializeBinary();
};

export const decodeHeader = (header: InstanceType<typeof common.Header>, fault: DecodeFault): TransactionHeader => {
  const channelHeader = header.getChannelHeader_asU8();
  const signatureHeader = header.getSignatureHeader_asU8();
  const channel = decodeSigned(common.ChannelHeader, channelHeader, 'ChannelHeader', fault);
  const signature = decodeSigned(common.SignatureHeader, signatureHeader, 'SignatureHeader', fault);
  const extension = decodeSigned(
    proposal.ChaincodeHeaderExtension,
    channel.getExtension_asU8(),
    'ChaincodeHeaderExtension',
    fault,
  );
  return {
    channelHeader,
    signatureHeader,
    type: channel.getType(),
    channel: channel.getChannelId(),
    chaincode: extension.getChaincodeId()?.getName() ?? '',
    txId: channel.getTxId(),
    txTime: claimedTime(channelHeader, fault),
    creator: signature.getCreator_asU8(),
    nonce: signature.getNonce_asU8(),
  };
};

export const chaincodeIdOf = (name: string) => {
  const message = new chaincode.ChaincodeID();
  message.setName(name);
  return message;
};
