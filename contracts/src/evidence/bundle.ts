import * as z from 'zod';
import { base64Url, ChaincodeId, ChannelId, Digest, MemberId } from '../ids.ts';
import { EvidenceLeaf } from './leaf.ts';

/** An attested transaction: a `qscc` answer (`ProcessedTransaction`) under governors' endorsements, with the proposal that asked for it. */
export const AttestedTransactionJson = z.strictObject({
  proposal: base64Url(64 << 10),
  payload: base64Url(1 << 20),
  endorsements: z
    .array(z.strictObject({ endorser: base64Url(8 << 10), signature: base64Url(128) }))
    .min(1)
    .max(200),
});
export type AttestedTransactionJson = z.infer<typeof AttestedTransactionJson>;

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
  ledger: AttestedTransactionJson,
});
export type TransactionBundle = z.infer<typeof TransactionBundle>;

/** A proof file: canonical JSON (RFC 8785), nothing before or after it. */
export const ProofBundle = z.discriminatedUnion('kind', [EvidenceBundle, TransactionBundle]);
export type ProofBundle = z.infer<typeof ProofBundle>;

/** Largest proof file that is looked at. */
export const MAX_BUNDLE_BYTES = 4 << 20;
