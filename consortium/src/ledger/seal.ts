import {
  type BlockHeader,
  blockSigningBytes,
  encodeBlock,
  encodeIdentity,
  encodeOrdererMetadata,
  encodeSignatureHeader,
  type LedgerIdentity,
  NONCE_BYTES,
  type Random,
} from '@anlian/sdk/ledger';

export interface UnsignedBlock {
  readonly header: BlockHeader;
  readonly envelopes: readonly Uint8Array[];
  readonly filter: Uint8Array;
  readonly commitHash: Uint8Array | undefined;
  readonly lastConfig: number;
}

/** Signs a block as its orderer and writes it as `common.Block`. */
export const sealBlock = async (block: UnsignedBlock, orderer: LedgerIdentity, random: Random): Promise<Uint8Array> => {
  const ordererMetadata = encodeOrdererMetadata(block.lastConfig);
  const signatureHeader = encodeSignatureHeader(encodeIdentity(orderer), random(NONCE_BYTES));
  const signature = await orderer.sign(blockSigningBytes(block.header, ordererMetadata, signatureHeader));
  return encodeBlock({ ...block, ordererMetadata, signatures: [{ signatureHeader, signature }] });
};
