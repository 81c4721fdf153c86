import * as z from 'zod';
import { WORK_CLASS_CODES } from '../credit/vocabulary.ts';
import { base64Url, CaseId, CompanyId, DecisionId, Digest, GateId, MemberId, PassId, SiteId } from '../ids.ts';
import { Instant } from '../time.ts';
import { CompanyFacts, WorkerFacts } from './pack.ts';
import { GATE_REASON_CODES, RELEASE_REASONS, type ReleaseReason } from './reasons.ts';
import { SitePolicy } from './sitePolicy.ts';

export const OUTCOMES = {
  allow: { zh: '通行', en: 'Pass' },
  hold: { zh: '待核', en: 'Hold' },
  deny: { zh: '禁止', en: 'No entry' },
} as const;
export type Outcome = keyof typeof OUTCOMES;

/** One reason as given: its code, its effect here, and the value that explains it (a certificate type, a date), never a person's data. */
export const GivenReason = z.strictObject({
  code: z.enum(GATE_REASON_CODES),
  effect: z.enum(['allow', 'warn', 'hold', 'deny']),
  requirement: z.string().nullable(),
  detail: z.string().max(200).nullable(),
});
export type GivenReason = z.infer<typeof GivenReason>;

/** What a gate knows of its clock. `effective` never precedes the last decision or sync. */
export const GateClock = z.strictObject({
  effective: Instant,
  raw: Instant,
  state: z.enum(['trusted', 'rolled_back', 'unconfirmed']),
});
export type GateClock = z.infer<typeof GateClock>;

/** What came of reading and checking the presentation, before any list is looked at. */
export const PresentationFacts = z.discriminatedUnion('form', [
  z.strictObject({
    form: z.literal('pass'),
    pass: PassId,
    issuer: MemberId,
    employer: CompanyId,
    holderKey: Digest,
    issuedAt: Instant,
    expiresAt: Instant,
    presentedAt: Instant,
    seenBefore: z.boolean(),
  }),
  z.strictObject({
    form: z.literal('badge'),
    pass: PassId,
    issuer: MemberId,
    employer: CompanyId,
    issuedAt: Instant,
    expiresAt: Instant,
  }),
  z.strictObject({
    form: z.literal('refused'),
    reason: z.enum(['presentation_unreadable', 'presentation_forged', 'key_unknown', 'holder_mismatch']),
  }),
]);
export type PresentationFacts = z.infer<typeof PresentationFacts>;

/** What came of the company's credit code, where one was shown too. */
export const CodeFacts = z.strictObject({ company: CompanyId, expiresAt: Instant, revoked: z.boolean() });

/** Everything a decision depends on. `decide` is a pure function of it, so an auditor decides again. */
export const DecisionInputs = z.strictObject({
  direction: z.enum(['in', 'out']),
  workClass: z.enum(WORK_CLASS_CODES),
  presentation: PresentationFacts,
  code: CodeFacts.nullable(),
  worker: WorkerFacts.nullable(),
  company: CompanyFacts.nullable(),
  policy: SitePolicy.nullable(),
  personOffSiteAt: z.int().nullable(),
  pack: z.strictObject({ madeAt: Instant, height: z.int(), rows: Digest }).nullable(),
  clock: GateClock,
});
export type DecisionInputs = z.infer<typeof DecisionInputs>;

export const Decision = z.strictObject({
  outcome: z.enum(['allow', 'hold', 'deny']),
  /** All reasons, most serious first; empty for a plain pass. */
  reasons: z.array(GivenReason),
  hold: z.strictObject({ owner: z.enum(['supervisor', 'administrator']), timeoutSeconds: z.int() }).nullable(),
});
export type Decision = z.infer<typeof Decision>;

const head = {
  v: z.literal(1),
  decision: DecisionId,
  gate: GateId,
  member: MemberId,
  site: SiteId,
  seq: z.int().min(1),
  previous: Digest.nullable(),
  at: Instant,
} as const;

/** What a gate signs (`typ: anlian-decision+jwt`, ES256): numbered, and chained by the digest of the JWS before it. */
export const DecisionRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    ...head,
    kind: z.literal('presentation'),
    presented: base64Url(1024).nullable(),
    inputs: DecisionInputs,
    result: Decision,
  }),
  /** A supervisor answers a hold. */
  z.strictObject({
    ...head,
    kind: z.literal('release'),
    of: z.int().min(1),
    answer: z.enum(['released', 'refused']),
    reason: z.enum(Object.keys(RELEASE_REASONS) as [ReleaseReason, ...ReleaseReason[]]),
    supervisor: CaseId,
    direction: z.enum(['in', 'out']),
    pass: PassId.nullable(),
  }),
  /** Never denied, always logged. */
  z.strictObject({
    ...head,
    kind: z.literal('emergency'),
    direction: z.enum(['in', 'out']),
    persons: z.int().min(1).max(10_000),
  }),
]);
export type DecisionRecord = z.infer<typeof DecisionRecord>;
export const DECISION_TYPE = 'anlian-decision+jwt';
