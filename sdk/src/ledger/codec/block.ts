import { sha256 } from '@anlian/chaincode/crypto';
import { readWire } from '@anlian/chaincode/wire';
import { AnlianError } from '@anlian/contracts';
import { concatBytes, unsigned } from './bytes.ts';
import { derInteger, derOctets, derSequence } from './der.ts';
import { common, type DecodeFault, decodeExact, required } from './messages.ts';

export interface BlockHeader {
  readonly number: number;
  /** Empty in block 0. */
  readonly previousHash: Uint8Array;
  readonly dataHash: Uint8Array;
}

/**
 * An orderer's signature: over `value || signatureHeader || header as DER`. It covers neither filter nor commit hash. Where orderers
 * agree among each other (BFT) a number stands for the creator, and what names it for the signature header.
 */
export interface BlockSignature {
  readonly signatureHeader: Uint8Array;
  /** Empty where a number stands for it. */
  readonly creator: Uint8Array;
  /** The orderer's number in the configuration. */
  readonly consenter: number | undefined;
  readonly signature: Uint8Array;
}

export interface DecodedBlock {
  readonly header: BlockHeader;
  readonly envelopes: readonly Uint8Array[];
  /** `OrdererBlockMetadata`, the signed value. */
  readonly ordererMetadata: Uint8Array;
  readonly signatures: readonly BlockSignature[];
  /** One validation code per envelope, or empty in a block that no peer has committed. Nobody signs it. */
  readonly filter: Uint8Array;
  /** Undefined in block 0 and where the peer keeps none. */
  readonly commitHash: Uint8Array | undefined;
}

const { SIGNATURES, LAST_CONFIG, TRANSACTIONS_FILTER, ORDERER, COMMIT_HASH } = common.BlockMetadataIndex;

/** ASN.1 `SEQUENCE { INTEGER number, OCTET STRING previousHash, OCTET STRING dataHash }`: what a block header's hash is over. */
export const headerDer = (header: BlockHeader): Uint8Array =>
  derSequence(derInteger(header.number), derOctets(header.previousHash), derOctets(header.dataHash));

/** SHA-256 of {@link headerDer}: the block's hash, which the next block names. */
export const headerHash = (header: BlockHeader): Promise<Uint8Array> => sha256(headerDer(header));

/** SHA-256 of the concatenated envelopes. */
export const dataHash = (envelopes: readonly Uint8Array[]): Promise<Uint8Array> => sha256(concatBytes(...envelopes));

/** The bytes an orderer signs. */
export const blockSigningBytes = (
  header: BlockHeader,
  ordererMetadata: Uint8Array,
  signatureHeader: Uint8Array,
): Uint8Array => concatBytes(ordererMetadata, signatureHeader, headerDer(header));

/** `OrdererBlockMetadata` naming the block of the last configuration. */
export const encodeOrdererMetadata = (lastConfig: number): Uint8Array => {
  const message = new common.OrdererBlockMetadata();
  message.setLastConfig(lastConfigOf(lastConfig));
  return message.serializeBinary();
};

const lastConfigOf = (index: number) => {
  const message = new common.LastConfig();
  message.setIndex(index);
  return message;
};

/** A signature before it is written: its header holds the creator, or the number that stands for it. */
type NewSignature = Pick<BlockSignature, 'signatureHeader' | 'signature'> & Partial<Pick<BlockSignature, 'consenter'>>;

const metadata = (value: Uint8Array, signatures: readonly NewSignature[] = []): Uint8Array => {
  const message = new common.Metadata();
  message.setValue(value);
  for (const { signatureHeader, signature, consenter } of signatures) {
    const one = new common.MetadataSignature();
    if (consenter === undefined) one.setSignatureHeader(signatureHeader);
    else one.setIdentifierHeader(signatureHeader);
    one.setSignature(signature);
    message.addSignatures(one);
  }
  return message.serializeBinary();
};

/** `common.Block` with Fabric's metadata slots; `lastConfig` is the number of the last configuration block. */
export const encodeBlock = (
  block: Omit<DecodedBlock, 'signatures'> & {
    readonly signatures: readonly NewSignature[];
    readonly lastConfig: number;
  },
): Uint8Array => {
  const header = new common.BlockHeader();
  header.setNumber(block.header.number);
  header.setPreviousHash(block.header.previousHash);
  header.setDataHash(block.header.dataHash);
  const data = new common.BlockData();
  data.setDataList([...block.envelopes]);
  const slots: Uint8Array[] = [];
  slots[SIGNATURES] = metadata(block.ordererMetadata, block.signatures);
  slots[LAST_CONFIG] = metadata(lastConfigOf(block.lastConfig).serializeBinary());
  slots[TRANSACTIONS_FILTER] = block.filter;
  slots[ORDERER] = new Uint8Array();
  slots[COMMIT_HASH] = block.commitHash === undefined ? new Uint8Array() : metadata(block.commitHash);
  const trailer = new common.BlockMetadata();
  trailer.setMetadataList(slots);
  const message = new common.Block();
  message.setHeader(header);
  message.setData(data);
  message.setMetadata(trailer);
  return message.serializeBinary();
};

/** Field numbers of what orderers spell as they like (fabric-protos, `common/common.proto`). */
const METADATA = { value: 1, signatures: 2 };
const METADATA_SIGNATURE = { signatureHeader: 1, signature: 2, identifierHeader: 3 };
const SIGNATURE_HEADER = { creator: 1 };
const IDENTIFIER_HEADER = { identifier: 1 };
const ORDERER_METADATA = { lastConfig: 1 };
const LAST_CONFIGURATION = { index: 1 };

const decodeSignature = (bytes: Uint8Array, fault: DecodeFault): BlockSignature => {
  const message = readWire(bytes, fault);
  const signature = message.last(METADATA_SIGNATURE.signature);
  const signatureHeader = message.last(METADATA_SIGNATURE.signatureHeader);
  const numbered = message.last(METADATA_SIGNATURE.identifierHeader);
  if (signatureHeader.length === 0 && numbered.length > 0) {
    const consenter = unsigned(readWire(numbered, fault).integer(IDENTIFIER_HEADER.identifier));
    return { signatureHeader: numbered, creator: new Uint8Array(), consenter, signature };
  }
  const creator = readWire(signatureHeader, fault).last(SIGNATURE_HEADER.creator);
  return { signatureHeader, creator, consenter: undefined, signature };
};

/**
 * Decodes `common.Block`. Its hashes and signatures are for the caller to check. A peer writes the block itself, and keeps the metadata
 * as their orderer spelled them: these are read as the peer read them, or one orderer could stop all who follow.
 */
export const decodeBlock = (bytes: Uint8Array, fault: DecodeFault): DecodedBlock => {
  const message = decodeExact(common.Block, bytes, 'Block', fault);
  const header = required(message.getHeader(), 'BlockHeader', fault);
  const slots = required(message.getMetadata(), 'BlockMetadata', fault).getMetadataList_asU8();
  const slot = (index: number) => slots[index] ?? new Uint8Array();
  const signed = readWire(slot(SIGNATURES), fault);
  const commit = readWire(slot(COMMIT_HASH), fault).last(METADATA.value);
  const envelopes = required(message.getData(), 'BlockData', fault).getDataList_asU8();
  const number = header.getNumber();
  if (!Number.isSafeInteger(number))
    throw new AnlianError(fault, { field: 'BlockHeader.number', detail: 'not a safe integer' });
  const filter = slot(TRANSACTIONS_FILTER);
  if (filter.length !== 0 && filter.length !== envelopes.length) {
    throw new AnlianError(fault, {
      field: 'BlockMetadata.TRANSACTIONS_FILTER',
      detail: 'not one validation code per transaction',
    });
  }
  return {
    header: { number, previousHash: header.getPreviousHash_asU8(), dataHash: header.getDataHash_asU8() },
    envelopes,
    ordererMetadata: signed.last(METADATA.value),
    signatures: signed.all(METADATA.signatures).map((one) => decodeSignature(one, fault)),
    filter,
    commitHash: commit.length === 0 ? undefined : commit,
  };
};

/** Number of the newest configuration block at or before this one, as its orderers signed it. */
export const decodeLastConfig = ({ ordererMetadata }: DecodedBlock, fault: DecodeFault): number =>
  readWire(ordererMetadata, fault).merged(ORDERER_METADATA.lastConfig).large(LAST_CONFIGURATION.index);

const SLOTS = 5;

/**
 * Whether a block's metadata hold nothing beside what orderers signed but what Fabric writes there: the number of the last configuration
 * once more. Validation codes and commit hash are the peers' and read apart.
 */
export const holdsOnlyKnownMetadata = (bytes: Uint8Array, block: DecodedBlock, fault: DecodeFault): boolean => {
  const slots = decodeExact(common.Block, bytes, 'Block', fault).getMetadata()?.getMetadataList_asU8() ?? [];
  for (const index of [SIGNATURES, COMMIT_HASH])
    decodeExact(common.Metadata, slots[index] ?? new Uint8Array(), 'Metadata', fault);
  const repeated = decodeExact(common.Metadata, slots[LAST_CONFIG] ?? new Uint8Array(), 'Metadata', fault);
  const value = repeated.getValue_asU8();
  const number = decodeExact(common.LastConfig, value, 'LastConfig', fault).getIndex();
  const isRepeated = value.length === 0 || number === decodeLastConfig(block, fault);
  return (
    isRepeated &&
    repeated.getSignaturesList().length === 0 &&
    (slots[ORDERER]?.length ?? 0) === 0 &&
    slots.length <= SLOTS
  );
};
