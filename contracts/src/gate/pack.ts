import * as z from 'zod';
import { CREDENTIAL_TYPE_CODES } from '../credit/credentialTypes.ts';
import { WORK_CLASS_CODES } from '../credit/vocabulary.ts';
import { KeyDescriptor } from '../identity/keys.ts';
import { CodeId, CompanyId, CredentialId, Digest, MemberId, PassId, SiteId, TableCode } from '../ids.ts';
import { Day, Instant } from '../time.ts';
import { SitePolicy } from './sitePolicy.ts';

/** A paper as a gate needs it: dates that the gate's own clock judges, and a standing that only the ledger changes. */
export const PaperFacts = z.strictObject({
  credential: CredentialId,
  type: z.enum(CREDENTIAL_TYPE_CODES),
  validFrom: Day,
  validTo: Day.nullable(),
  reviewBy: Day.nullable(),
  recheckBy: Day.nullable(),
  standing: z.enum(['in_force', 'suspended', 'revoked']),
  /** From this day on a renewal has taken its place; null without one, or when the renewal was revoked. */
  supersededFrom: Day.nullable(),
  /** Insurance only. */
  coverPerPersonYuan: z.int().nullable(),
});
export type PaperFacts = z.infer<typeof PaperFacts>;

/** A company as a gate needs it. `scores` are steps in time: the gate knows tonight what the score is tomorrow. */
export const CompanyFacts = z.strictObject({
  company: CompanyId,
  policyHash: Digest,
  scores: z.array(z.strictObject({ from: Instant, score: z.int(), band: z.enum(['green', 'amber', 'red']) })).min(1),
  papers: z.array(PaperFacts),
  admission: z.strictObject({ from: Instant, releasedAt: Instant.nullable() }).nullable(),
  /** Present while the site owner keeps the company out. */
  suspendedSince: Instant.nullable(),
  blocklistedUntil: Instant.nullable(),
});
export type CompanyFacts = z.infer<typeof CompanyFacts>;

/** A worker as a gate's decision needs it: no name. */
export const WorkerFacts = z.strictObject({
  pass: PassId,
  issuer: MemberId,
  employer: CompanyId,
  /** RFC 7638 thumbprint of the key in the phone; null for a printed badge. */
  holderKey: Digest.nullable(),
  authorisedFrom: Instant,
  authorisedTo: Instant,
  workClasses: z.array(z.enum(WORK_CLASS_CODES)),
  papers: z.array(PaperFacts),
  training: z.array(z.strictObject({ course: TableCode, validTo: Day })),
  /** Day on which the person turns n, only for the limits that the site's policy names. */
  turns: z.array(z.strictObject({ years: z.int(), on: Day })),
  points: z.int().min(0),
  suspendedSince: Instant.nullable(),
});
export type WorkerFacts = z.infer<typeof WorkerFacts>;

/** What the guard sees beside a decision. It stays in the site owner's own systems. */
export const PersonCard = z.strictObject({
  name: z.string().min(1).max(100),
  trade: z.string().max(100),
  portrait: z
    .string()
    .max(64 << 10)
    .nullable(),
});
export type PersonCard = z.infer<typeof PersonCard>;

/** One line of a pack. `t` sorts keys before companies before workers. */
export const PackRow = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('a-site'),
    site: SiteId,
    name: z.strictObject({ zh: z.string(), en: z.string() }),
    policy: SitePolicy,
    personOffSiteAt: z.int(),
  }),
  z.strictObject({
    t: z.literal('b-key'),
    member: MemberId,
    key: KeyDescriptor,
    from: Instant,
    to: Instant.nullable(),
  }),
  z.strictObject({ t: z.literal('c-revoked-code'), code: CodeId }),
  z.strictObject({ t: z.literal('d-company'), name: z.string(), facts: CompanyFacts }),
  z.strictObject({ t: z.literal('e-worker'), person: PersonCard, facts: WorkerFacts }),
]);
export type PackRow = z.infer<typeof PackRow>;

/** Claims of the pack's compact JWS (`typ: anlian-pack+jwt`, ES256 by the member's pack key). */
export const PackHeader = z.strictObject({
  v: z.literal(1),
  member: MemberId,
  site: SiteId,
  madeAt: Instant,
  /** Ledger height that the rows reflect. */
  height: z.int().min(0),
  /** Digest of the pack before this one, so that packs form a chain. */
  previous: Digest.nullable(),
  /** SHA-256 of the rows: canonical NDJSON, sorted by line, each line ended by a newline. */
  rows: Digest,
  count: z.int().min(0),
});
export type PackHeader = z.infer<typeof PackHeader>;
export const PACK_TYPE = 'anlian-pack+jwt';
