import * as z from 'zod';
import { canonicalBytes } from '../canonical.ts';
import { Digest, GateId } from '../ids.ts';

/** What an evidence leaf can be about. */
export const EVIDENCE_KINDS = {
  'gate-decision': { zh: '门岗放行记录', en: 'Gate decision' },
  'pass-issued': { zh: '通行证签发', en: 'Worker pass issued' },
  'enrolment-received': { zh: '收到登记', en: 'Enrolment received' },
  'site-suspension': { zh: '站点暂停', en: 'Site suspension' },
  'gate-registered': { zh: '闸机登记', en: 'Gate registered' },
  'pack-made': { zh: '名单包生成', en: 'Sync pack made' },
  'policy-changed': { zh: '站点要求变更', en: 'Site policy changed' },
  'record-changed': { zh: '档案变更', en: 'Record changed' },
  'endorsement-alarm': { zh: '背书无法复现告警', en: 'Alarm: an endorsement cannot be reproduced' },
  'split-view-found': { zh: '发现日志分叉', en: 'Split view of a log found' },
} as const;
export type EvidenceKind = keyof typeof EVIDENCE_KINDS;
export const EVIDENCE_KIND_CODES = Object.keys(EVIDENCE_KINDS) as [EvidenceKind, ...EvidenceKind[]];

/** A leaf of a member's evidence log: a commitment and, for a gate's decision, its place in the gate's own sequence. Never a record. */
export const EvidenceLeaf = z.strictObject({
  v: z.literal(1),
  kind: z.enum(EVIDENCE_KIND_CODES),
  /** HMAC-SHA-256(salt, record bytes). */
  c: Digest,
  gate: GateId.optional(),
  seq: z.int().min(1).optional(),
});
export type EvidenceLeaf = z.infer<typeof EvidenceLeaf>;

/** The bytes whose RFC 9162 leaf hash is in the log. */
export const leafBytes = (leaf: EvidenceLeaf): Uint8Array => canonicalBytes(leaf);

/** Origin of a member's checkpoints. */
export const checkpointOrigin = (channel: string, member: string): string => `anlian/${channel}/${member}`;
