import * as z from 'zod';
import { EVIDENCE_KIND_CODES } from '../evidence/leaf.ts';
import { SplitViewFile } from '../evidence/splitView.ts';
import { CommandId, EvidenceId, GateId, MemberId } from '../ids.ts';
import { VIEW_TYPES } from '../ledger/views.ts';
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

/** A log that showed two heads that no one tree can have, as this governor's node found it. */
export const SplitView = z.object({
  member: MemberId,
  foundAt: Instant,
  /** How the second head came: somebody asked for a cosignature, or the ledger anchored it. */
  shownBy: z.enum(['submission', 'ledger']),
  /** This node's own record of it. */
  evidence: EvidenceId,
  file: SplitViewFile,
});
export const SplitViewPage = page(SplitView);

/** Which command of a transaction a proof is to be about; needed where several share it. */
export const ProofQuery = z.object({ commandId: CommandId.optional() });

/** The parts of a fact's key, joined by `/`: as one segment of a path they are percent-encoded. */
export const FactKey = z
  .string()
  .max(300)
  .regex(/^[A-Za-z0-9._:-]+(?:\/[A-Za-z0-9._:-]+){0,2}$/, 'the parts of a key, joined by /');
export const BlockNumber = z.string().regex(/^(?:0|[1-9]\d{0,14})$/, 'a block number');

/** Which fact's value is to be proven. */
export const ViewPath = z.object({ type: z.enum(VIEW_TYPES), fact: FactKey });
export const BlockPath = z.object({ number: BlockNumber });
