import * as z from 'zod';
import { base64Url, ChaincodeId, ChannelId, CommandId, Digest, MemberId } from '../ids.ts';
import { EvidenceLeaf } from './leaf.ts';
import { SplitViewFile } from './splitView.ts';

/** A chaincode's answer under governors' endorsements, with the proposal that asked for it. */
export const EndorsedAnswerJson = z.strictObject({
  proposal: base64Url(64 << 10),
  payload: base64Url(1 << 20),
  endorsements: z
    .array(z.strictObject({ endorser: base64Url(8 << 10), signature: base64Url(128) }))
    .min(1)
    .max(200),
});
export type EndorsedAnswerJson = z.infer<typeof EndorsedAnswerJson>;

/** An attested transaction: what `qscc` answers (`ProcessedTransaction`). */
export const AttestedTransactionJson = EndorsedAnswerJson;
export type AttestedTransactionJson = EndorsedAnswerJson;

const head = { v: z.literal(1), channel: ChannelId, chaincode: ChaincodeId } as const;

/** A record of a member's evidence log, up to the ledger. */
export const EvidenceBundle = z.strictObject({
  ...head,
  kind: z.literal('evidence'),
  /** Whose log. */
  member: MemberId,
  /** The signed record itself: a compact JWS for a gate's decision, canonical JSON for the node's own records. */
  record: z
    .string()
    .min(2)
    .max(256 << 10),
  salt: Digest,
  leaf: EvidenceLeaf,
  inclusion: z.strictObject({ leafIndex: z.int().min(0), treeSize: z.int().min(1), path: z.array(Digest).max(64) }),
  /** The C2SP signed checkpoint with exactly the required cosignatures. */
  checkpoint: z
    .string()
    .min(1)
    .max(16 << 10),
  /** The `evidence:anchor` transaction that put this head on the ledger. */
  ledger: AttestedTransactionJson,
});
export type EvidenceBundle = z.infer<typeof EvidenceBundle>;

/** One command on the ledger. */
export const TransactionBundle = z.strictObject({
  ...head,
  kind: z.literal('transaction'),
  /** Which command, where several share the transaction; absent where there is one. */
  commandId: CommandId.optional(),
  ledger: AttestedTransactionJson,
});
export type TransactionBundle = z.infer<typeof TransactionBundle>;

/** The value of one fact at a time: what the ledger's view function answers. */
export const ViewBundle = z.strictObject({ ...head, kind: z.literal('view'), ledger: EndorsedAnswerJson });
export type ViewBundle = z.infer<typeof ViewBundle>;

/** Fabric's limit on a block's transactions is 9 MB in our channels; its metadata come on top. */
const MAX_BLOCK_BYTES = 12 << 20;

/** A whole block, as the orderers signed it. Nobody signs which of its transactions are valid. */
export const BlockBundle = z.strictObject({
  ...head,
  kind: z.literal('block'),
  /** `common.Block` */
  block: base64Url(MAX_BLOCK_BYTES).min(1),
});
export type BlockBundle = z.infer<typeof BlockBundle>;

/** A proof file: canonical JSON (RFC 8785), nothing before or after it. */
export const ProofBundle = z.discriminatedUnion('kind', [
  EvidenceBundle,
  TransactionBundle,
  ViewBundle,
  BlockBundle,
  SplitViewFile,
]);
export type ProofBundle = z.infer<typeof ProofBundle>;

/** Largest proof file that is looked at. */
export const MAX_BUNDLE_BYTES = 17 << 20;
