import { createHmac } from 'node:crypto';
import { type EvidenceKind, type EvidenceLeaf, formatId, toBase64Url, toInstant } from '@anlian/contracts';
import type { Clock, Random } from '../clock.ts';
import type { Tx } from '../db/database.ts';
import { evidence } from './tables.ts';

/** A record that becomes a leaf of this member's evidence log. */
export interface EvidenceInput {
  readonly kind: EvidenceKind;
  /** A gate's compact JWS, or the canonical JSON of the node's own record: these bytes are committed to, under a fresh salt. */
  readonly record: string;
  readonly gate?: string;
  readonly seq?: number;
}

/** Writes an evidence row in the transaction of the change that it is evidence of. Returns its `evd_` id; the log takes it up after the commit. */
export type RecordEvidence = (tx: Tx, input: EvidenceInput) => Promise<string>;

const SALT_BYTES = 32;

export const createRecorder =
  ({ clock, random }: { readonly clock: Clock; readonly random: Random }): RecordEvidence =>
  async (tx, { kind, record, gate, seq }) => {
    const id = formatId('evd', random(16));
    const salt = random(SALT_BYTES);
    const commitment = toBase64Url(createHmac('sha256', salt).update(record, 'utf8').digest());
    await tx.insert(evidence).values({
      evidence: id,
      kind,
      record,
      salt: toBase64Url(salt),
      commitment,
      gate: gate ?? null,
      gateSeq: seq ?? null,
      at: toInstant(clock()),
    });
    return id;
  };

/** The leaf of an evidence row: its commitment, and a gate decision's place in the gate's sequence. */
export const leafOf = (
  row: Pick<typeof evidence.$inferSelect, 'kind' | 'commitment' | 'gate' | 'gateSeq'>,
): EvidenceLeaf => ({
  v: 1,
  kind: row.kind as EvidenceKind,
  c: row.commitment,
  ...(row.gate === null ? {} : { gate: row.gate }),
  ...(row.gateSeq === null ? {} : { seq: row.gateSeq }),
});
