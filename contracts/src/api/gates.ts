import * as z from 'zod';
import { codesOf, WORK_CLASS_CODES } from '../credit/vocabulary.ts';
import { Requirement, SitePolicy } from '../gate/sitePolicy.ts';
import { CompanyId, DecisionId, Digest, EvidenceId, GateId, PassId, SiteId, SuspensionId, TableCode } from '../ids.ts';
import { Instant } from '../time.ts';
import { Cursor, DisplayName, LedgerReceipt, PageQuery, page } from './common.ts';
import { ClientJwk } from './identity.ts';
import { coded } from './words.ts';

const name = DisplayName;

/** Why a site owner keeps a company or a person out: closed, since it is evidence. */
export const SITE_SUSPENSION_REASONS = {
  serious_violation: { zh: '严重违章', en: 'Serious violation' },
  accident_inquiry: { zh: '事故调查', en: 'Accident under inquiry' },
  documents_in_doubt: { zh: '证件存疑', en: 'Documents in doubt' },
  identity_in_doubt: { zh: '身份存疑', en: 'Identity in doubt' },
  rectification_pending: { zh: '整改未完成', en: 'Rectification pending' },
  contract_ended: { zh: '合同终止', en: 'Contract ended' },
} as const;
export type SiteSuspensionReason = keyof typeof SITE_SUSPENSION_REASONS;
const suspensionReason = z.enum(
  Object.keys(SITE_SUSPENSION_REASONS) as [SiteSuspensionReason, ...SiteSuspensionReason[]],
);

export const SuspendAtSite = z.strictObject({
  site: SiteId,
  subject: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('company'), company: CompanyId }),
    z.strictObject({ kind: z.literal('pass'), pass: PassId }),
  ]),
  reason: suspensionReason,
});
export type SuspendAtSite = z.infer<typeof SuspendAtSite>;

export const SiteSuspension = z.object({
  suspension: SuspensionId,
  ...SuspendAtSite.shape,
  from: Instant,
  endedAt: Instant.nullable(),
});
export type SiteSuspension = z.infer<typeof SiteSuspension>;
export const SiteSuspensionPage = page(SiteSuspension);
export const SiteSuspensionQuery = PageQuery.extend({ site: SiteId.optional() });

/** A site's requirement set as it is put; its version is counted by the node. */
export const PutSitePolicy = z.strictObject({
  effectiveFrom: Instant.optional(),
  requirements: z
    .array(Requirement)
    .max(200)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'each requirement has an id of its own'),
  holdTimeoutSeconds: SitePolicy.shape.holdTimeoutSeconds,
});
export type PutSitePolicy = z.infer<typeof PutSitePolicy>;
export const SitePolicyHistory = z.object({ items: z.array(SitePolicy) });

export const RegisterGate = z.strictObject({
  site: SiteId,
  label: name,
  /** Signs decisions: on the ledger, so that auditors can check them. */
  gateKey: ClientJwk,
  /** Signs in (`private_key_jwt`): this node's issuer only. */
  clientKey: ClientJwk,
});
export type RegisterGate = z.infer<typeof RegisterGate>;
export const GateRegistered = z.object({
  gate: GateId,
  site: SiteId,
  clientId: z.string(),
  kid: Digest,
  ledger: LedgerReceipt.optional(),
});

export const Gate = z.object({
  gate: GateId,
  site: SiteId,
  label: name,
  kid: Digest,
  state: z.enum(['active', 'forked', 'retired']),
  /** Its last fetch of the lists, and how old they are now. */
  lastSyncAt: Instant.nullable(),
  listAgeSeconds: z.int().nullable(),
  lastDecisionAt: Instant.nullable(),
  lastUploadAt: Instant.nullable(),
  /** Decisions received from it: all numbers from 1 to this one. */
  upTo: z.int(),
});
export type Gate = z.infer<typeof Gate>;
export const GateQuery = z.object({ site: SiteId.optional() });
export const GateList = z.object({ items: z.array(Gate) });

/** `have`: digest of the rows that the gate has. */
export const PackQuery = z.object({ have: Digest.optional() });
/** A sync pack, signed now. `rows` is left out when the caller has them already. */
export const PackAnswer = z.object({ jws: z.string(), rows: z.string().optional() });
export type PackAnswer = z.infer<typeof PackAnswer>;

export const MAX_DECISIONS_PER_UPLOAD = 500;
export const UploadDecisions = z.strictObject({
  /** Compact JWS of decision records, in order. */
  decisions: z
    .array(
      z
        .string()
        .min(1)
        .max(64 << 10),
    )
    .min(1)
    .max(MAX_DECISIONS_PER_UPLOAD),
});
export const DecisionsTaken = z.object({ upTo: z.int() });

export const DecisionQuery = z.object({
  site: SiteId.optional(),
  gate: GateId.optional(),
  outcome: z.enum(['allow', 'hold', 'deny']).optional(),
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const DecisionSummary = z.object({
  decision: DecisionId,
  gate: GateId,
  site: SiteId,
  seq: z.int(),
  at: Instant,
  kind: z.enum(['presentation', 'release', 'emergency']),
  outcome: z.enum(['allow', 'hold', 'deny', 'released', 'refused', 'emergency']),
  direction: z.enum(['in', 'out']),
  workClass: z.enum(WORK_CLASS_CODES).nullable(),
  pass: PassId.nullable(),
  company: CompanyId.nullable(),
  reasons: z.array(z.string()),
  evidence: EvidenceId,
  receivedAt: Instant,
});
export type DecisionSummary = z.infer<typeof DecisionSummary>;
export const DecisionPage = page(DecisionSummary);
export const DecisionDetail = DecisionSummary.extend({ jws: z.string() });

/** Who is inside, by the gates' last word. */
export const Muster = z.object({
  site: SiteId,
  at: Instant,
  persons: z.array(
    z.object({
      pass: PassId,
      name: z.string().nullable(),
      trade: z.string().nullable(),
      company: CompanyId.nullable(),
      enteredAt: Instant,
      gate: GateId,
    }),
  ),
  /** Persons let in less persons let out by emergency passage since the last time nobody was inside: uncounted by name. */
  emergency: z.int(),
  byCompany: z.array(z.object({ company: CompanyId.nullable(), persons: z.int() })),
});
export type Muster = z.infer<typeof Muster>;

export const VISIT_STATES = {
  entered: { zh: '在场', en: 'Inside' },
  exited: { zh: '已离场', en: 'Left' },
  auto_closed: { zh: '缺少离场记录', en: 'Closed without an exit' },
} as const;
export type VisitState = keyof typeof VISIT_STATES;

export const Visit = z.object({
  pass: PassId,
  company: CompanyId.nullable(),
  state: coded(codesOf(VISIT_STATES)),
  enteredAt: Instant.nullable(),
  exitedAt: Instant.nullable(),
});
export type Visit = z.infer<typeof Visit>;
export const VisitQuery = z.object({ from: Instant, to: Instant, pass: PassId.optional() });
export const VisitList = z.object({ items: z.array(Visit) });

export const GATE_ALERTS = {
  presentation_reused: { zh: '同一通行画面在两处闸机使用', en: 'One presentation was used at two gates' },
  decision_fork: { zh: '闸机同一序号出现两份记录', en: 'A gate gave one number to two decisions' },
  expired_inside: { zh: '在场期间证件到期', en: 'A certificate expired while inside' },
} as const;
export type GateAlertKind = keyof typeof GATE_ALERTS;
export const GateAlert = z.object({
  alert: z.int(),
  kind: z.enum(Object.keys(GATE_ALERTS) as [GateAlertKind, ...GateAlertKind[]]),
  site: SiteId,
  gate: GateId,
  seq: z.int(),
  other: z.object({ gate: GateId, seq: z.int() }).nullable(),
  pass: PassId.nullable(),
  at: Instant,
});
export type GateAlert = z.infer<typeof GateAlert>;
export const GateAlertPage = page(GateAlert);

/** Points of a person from the site owner's own record of a violation. */
export const RecordPersonPoints = z.strictObject({ pass: PassId, clause: TableCode, occurredAt: Instant });
export const PersonPointsRecorded = z.object({ entry: z.int(), points: z.int(), total: z.int() });
export const PersonPoints = z.object({
  pass: PassId,
  total: z.int(),
  entries: z.array(
    z.object({ clause: TableCode, points: z.int(), occurredAt: Instant, dropsOffAt: Instant, counts: z.boolean() }),
  ),
});
export type PersonPoints = z.infer<typeof PersonPoints>;
