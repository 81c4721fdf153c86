import * as z from 'zod';
import { EVIDENCE_KIND_CODES } from '../evidence/leaf.ts';
import { EvidenceId, GateId } from '../ids.ts';
import { Instant } from '../time.ts';
import { PageQuery, page } from './common.ts';

/** A row of this member's evidence: what it is and how far it has come. The record itself is in the proof. */
export const EvidenceItem = z.object({
  evidence: EvidenceId,
  kind: z.enum(EVIDENCE_KIND_CODES),
  at: Instant,
  gate: GateId.nullable(),
  seq: z.int().nullable(),
  leafIndex: z.int().nullable(),
  state: z.enum(['waiting', 'logged', 'anchored']),
});
export const EvidencePage = page(EvidenceItem);
export const EvidenceQuery = PageQuery.extend({
  kind: z.enum(EVIDENCE_KIND_CODES).optional(),
  gate: GateId.optional(),
});
