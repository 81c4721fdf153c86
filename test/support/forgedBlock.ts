import {
  type BlockHeader,
  blockSigningBytes,
  dataHash,
  decodeBlock,
  encodeBlock,
  encodeIdentity,
  encodeOrdererMetadata,
  encodeSignatureHeader,
  type LedgerIdentity,
  NONCE_BYTES,
} from '@anlian/sdk/ledger';
import { random } from './embeddedLedger.ts';

type Block = Parameters<typeof encodeBlock>[0];

/** What somebody may put into a block. Whatever is left out is as it was. */
export interface BlockForgery {
  readonly header?: Partial<BlockHeader>;
  readonly envelopes?: readonly Uint8Array[];
  readonly filter?: Uint8Array;
  readonly commitHash?: Uint8Array;
  /** The newest configuration that the orderers say they know. */
  readonly lastConfig?: number;
  /** Whose signatures it carries; as before when left out, though they are over other bytes then. */
  readonly signedBy?: readonly LedgerIdentity[];
}

const signature = async (header: BlockHeader, metadata: Uint8Array, signer: LedgerIdentity) => {
  const signatureHeader = encodeSignatureHeader(encodeIdentity(signer), random(NONCE_BYTES));
  return { signatureHeader, signature: await signer.sign(blockSigningBytes(header, metadata, signatureHeader)) };
};

/** The block with other content: the data hash follows what it holds unless the header is told, the signatures only where told. */
export const forgeBlock = async (bytes: Uint8Array, forgery: BlockForgery): Promise<Uint8Array> => {
  const block = decodeBlock(bytes, 'invalid_input');
  const envelopes = forgery.envelopes ?? block.envelopes;
  const header = { ...block.header, dataHash: await dataHash(envelopes), ...forgery.header };
  const { lastConfig = 0, signedBy } = forgery;
  const ordererMetadata = forgery.lastConfig === undefined ? block.ordererMetadata : encodeOrdererMetadata(lastConfig);
  const forged: Block = {
    header,
    envelopes,
    lastConfig,
    ordererMetadata,
    filter: forgery.filter ?? new Uint8Array(envelopes.length),
    commitHash: forgery.commitHash ?? block.commitHash,
    signatures: signedBy
      ? await Promise.all(signedBy.map((signer) => signature(header, ordererMetadata, signer)))
      : block.signatures,
  };
  return encodeBlock(forged);
};
