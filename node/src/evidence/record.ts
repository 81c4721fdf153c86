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

/** As {@link RecordEvidence} for several things, in their order and with one statement. Gives each with its `evd_` id. */
export type RecordAllEvidence = <T>(
  tx: Tx,
  things: readonly T[],
  inputOf: (thing: T) => EvidenceInput,
) => Promise<readonly (readonly [thing: T, evidence: string])[]>;

interface RecorderSources {
  readonly clock: Clock;
  readonly random: Random;
}

const SALT_BYTES = 32;

const rowOf = ({ clock, random }: RecorderSources, { kind, record, gate, seq }: EvidenceInput) => {
  const salt = random(SALT_BYTES);
  return {
    evidence: formatId('evd', random(16)),
    kind,
    record,
    salt: toBase64Url(salt),
    commitment: toBase64Url(createHmac('sha256', salt).update(record, 'utf8').digest()),
    gate: gate ?? null,
    gateSeq: seq ?? null,
    at: toInstant(clock()),
  };
};

export const createAllRecorder =
  (sources: RecorderSources): RecordAllEvidence =>
  async (tx, things, inputOf) => {
    const made = things.map((thing) => ({ thing, row: rowOf(sources, inputOf(thing)) }));
    if (made.length > 0) await tx.insert(evidence).values(made.map(({ row }) => row));
    return made.map(({ thing, row }) => [thing, row.evidence]);
  };

export const createRecorder =
  (sources: RecorderSources): RecordEvidence =>
  async (tx, input) => {
    const row = rowOf(sources, input);
    await tx.insert(evidence).values(row);
    return row.evidence;
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
