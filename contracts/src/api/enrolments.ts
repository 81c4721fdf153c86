import * as z from 'zod';
import { CODE_KINDS, MAX_CODE_BYTES } from '../code.ts';
import { WORK_CLASS_CODES } from '../credit/vocabulary.ts';
import { base64Url, CompanyId, CredentialId, Digest, EnrolmentId, MemberId, PassId, SiteId, WorkerId } from '../ids.ts';
import { Instant } from '../time.ts';
import { cleanLine } from './cleanText.ts';
import { page } from './common.ts';
import { PaperRecord } from './credentials.ts';
import { ClientJwk } from './identity.ts';
import { PeerFault } from './refusal.ts';
import { HandedPaper, PersonRecord, Portrait, RecordTraining } from './workers.ts';

/** Where an enrolment stands at its employer. */
export const ENROLMENT_STATES = {
  sent: { zh: '已发送，待对方', en: 'Sent, waiting for the site owner' },
  accepted: { zh: '已接受', en: 'Accepted' },
  rejected: { zh: '已退回，待我方', en: 'Returned, waiting for us' },
  ended: { zh: '已结束', en: 'Ended' },
} as const;
export type EnrolmentState = keyof typeof ENROLMENT_STATES;

/**
 * Transitions at the employer; one that is not here is refused by name. What was returned ends only where it has a pass: the site's
 * owner took an earlier form of it, which is on its lists.
 */
export const ENROLMENT_TRANSITIONS: Readonly<Record<EnrolmentState, readonly EnrolmentState[]>> = {
  sent: ['accepted', 'rejected'],
  rejected: ['sent', 'ended'],
  accepted: ['sent', 'ended'],
  ended: [],
};

/** A worker pass at the governor that issues it. */
export const PASS_STATES = {
  invited: { zh: '已邀请，待工人登记', en: 'Invited, waiting for the worker' },
  active: { zh: '有效', en: 'Active' },
  key_replaced: { zh: '手机已失效，待重新登记', en: 'Old phone refused, waiting for the new one' },
  offboarded: { zh: '已离场注销', en: 'Off-boarded' },
} as const;
export type PassState = keyof typeof PASS_STATES;

export const PASS_TRANSITIONS: Readonly<Record<PassState, readonly PassState[]>> = {
  invited: ['active', 'offboarded'],
  active: ['key_replaced', 'offboarded'],
  key_replaced: ['active', 'offboarded'],
  offboarded: [],
};

const workClasses = z.array(z.enum(WORK_CLASS_CODES)).min(1).max(WORK_CLASS_CODES.length);

/** What the worker agreed to. Photo consent is apart: without it no portrait leaves the employer. */
export const Consent = z.strictObject({ data: z.literal(true), photo: z.boolean(), at: Instant });

export const EnrolWorker = z
  .strictObject({
    worker: WorkerId,
    site: SiteId,
    workClasses,
    from: Instant,
    to: Instant,
    consent: Consent,
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'ends before it begins' });
export type EnrolWorker = z.infer<typeof EnrolWorker>;

/** What the employer's node hands to the site owner's: the person, the papers with their salts, and a pass the worker has already. */
export const InboundEnrolment = z
  .strictObject({
    v: z.literal(1),
    enrolment: EnrolmentId,
    site: SiteId,
    employer: CompanyId,
    /** The employer's own random id of the worker, so that two enrolments of one person are known as such. */
    worker: WorkerId,
    person: PersonRecord,
    trade: cleanLine(100),
    portrait: Portrait.nullable(),
    workClasses,
    from: Instant,
    to: Instant,
    consent: Consent,
    papers: z.array(HandedPaper).max(50),
    /** What the ledger does not show of the employer’s own papers: the cover of its insurance. */
    companyPapers: z.array(z.strictObject({ credential: CredentialId, record: PaperRecord, salt: Digest })).max(20),
    trainings: z.array(RecordTraining).max(100),
    pass: base64Url(MAX_CODE_BYTES).nullable(),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'ends before it begins' })
  .refine(({ portrait, consent }) => portrait === null || consent.photo, {
    path: ['portrait'],
    message: 'no consent to the photo',
  });
export type InboundEnrolment = z.infer<typeof InboundEnrolment>;

/** 32 random bytes: whoever has them may claim the pass. */
export const InviteToken = base64Url(32).length(43);

/** A single-use link for the worker's phone. The token is in the fragment, which no server log sees. */
export const Invite = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(512), expiresAt: Instant });
export type Invite = z.infer<typeof Invite>;

export const EnrolmentAccepted = z.strictObject({
  enrolment: EnrolmentId,
  pass: PassId,
  /** Null where the worker has a pass already. */
  invite: Invite.nullable(),
});
export type EnrolmentAccepted = z.infer<typeof EnrolmentAccepted>;

/** What the site owner tells the employer of an enrolment later. `code` is the pass itself once the worker has claimed it. */
export const EnrolmentStanding = z.strictObject({
  enrolment: EnrolmentId,
  pass: PassId,
  state: z.enum(['invited', 'active', 'key_replaced', 'offboarded']),
  code: base64Url(MAX_CODE_BYTES).nullable(),
});
export type EnrolmentStanding = z.infer<typeof EnrolmentStanding>;

export const Enrolment = z.object({
  enrolment: EnrolmentId,
  worker: WorkerId,
  site: SiteId,
  owner: MemberId,
  workClasses,
  from: Instant,
  to: Instant,
  state: z.enum(['sent', 'accepted', 'rejected', 'ended']),
  attempts: z.int(),
  /** Why the site owner's node could not be reached the last time. */
  lastFault: z.string().nullable(),
  faults: z.array(PeerFault),
  pass: PassId.nullable(),
  invite: Invite.nullable(),
  createdAt: Instant,
});
export type Enrolment = z.infer<typeof Enrolment>;
export const EnrolmentPage = page(Enrolment);

/** One enrolment as the site owner holds it. */
export const ReceivedEnrolment = z.object({
  enrolment: EnrolmentId,
  from: MemberId,
  employer: CompanyId,
  site: SiteId,
  name: z.string(),
  trade: z.string(),
  workClasses,
  authorisedFrom: Instant,
  authorisedTo: Instant,
  pass: PassId,
  issuer: MemberId,
  state: z.enum(['active', 'ended']),
  receivedAt: Instant,
});
export type ReceivedEnrolment = z.infer<typeof ReceivedEnrolment>;
export const ReceivedEnrolmentPage = page(ReceivedEnrolment);

/** The proof that the phone holds the key: a compact JWS (ES256) by it over {@link HolderProofClaims}. */
export const HOLDER_PROOF_TYPE = 'anlian-holder+jwt';
export const HolderProofClaims = z.strictObject({
  /** SHA-256 of the invitation's token. */
  invite: Digest,
  iat: z.int(),
});
/** The phone's clock may be off by so much when it claims a pass. */
export const HOLDER_PROOF_SKEW_SECONDS = 600;

export const ClaimPass = z.strictObject({
  token: InviteToken,
  publicKey: ClientJwk,
  proof: z.string().max(2048),
});
export const PassClaimed = z.object({ pass: base64Url(MAX_CODE_BYTES), passId: PassId, expiresAt: Instant });
export type PassClaimed = z.infer<typeof PassClaimed>;

export const Pass = z.object({
  pass: PassId,
  kind: z.literal(CODE_KINDS.pass),
  employer: CompanyId,
  state: z.enum(['invited', 'active', 'key_replaced', 'offboarded']),
  holderKey: Digest.nullable(),
  issuedAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
  sites: z.array(SiteId),
});
export type Pass = z.infer<typeof Pass>;
export const PassPage = page(Pass);
export const InviteMade = z.object({ pass: PassId, invite: Invite });
