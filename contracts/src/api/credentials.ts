import * as z from 'zod';
import { CREDENTIAL_TYPE_CODES } from '../credit/credentialTypes.ts';
import { CREDENTIAL_STATES } from '../credit/states.ts';
import { ATTESTATION_METHODS, AUTHORITIES, CREDENTIAL_REASONS, codesOf } from '../credit/vocabulary.ts';
import { CompanyId, CredentialId, Digest, MemberId } from '../ids.ts';
import { Attestation } from '../ledger/commands.ts';
import { Day, Instant } from '../time.ts';
import { typedLine } from './cleanText.ts';
import { PageQuery, page } from './common.ts';
import { coded, onLedger } from './words.ts';

/** What stays at home of a company's paper; the ledger holds a commitment to it. */
export const PaperRecord = z.strictObject({
  number: typedLine(100),
  authorityName: typedLine(200),
  /** Insurance: cover for one person, in yuan. */
  coverPerPersonYuan: z.int().min(0).max(1_000_000_000).optional(),
  /** The source's own reference of the check: an extract number, a screenshot's digest. */
  sourceReference: typedLine(200).optional(),
});
export type PaperRecord = z.infer<typeof PaperRecord>;

/** Faults of a paper's dates that need no ledger to be seen. */
const DATE_FAULTS = [
  {
    field: 'validTo',
    message: 'it ends before it begins',
    broken: (p: PaperDates) => p.validTo !== undefined && p.validTo < p.validFrom,
  },
  {
    field: 'reviewBy',
    message: 'the review falls outside the validity',
    broken: (p: PaperDates) =>
      p.reviewBy !== undefined && (p.reviewBy < p.validFrom || (p.validTo !== undefined && p.validTo < p.reviewBy)),
  },
] as const;
interface PaperDates {
  readonly validFrom: string;
  readonly validTo?: string | undefined;
  readonly reviewBy?: string | undefined;
}

export const RegisterCredential = z
  .strictObject({
    company: CompanyId,
    type: z.enum(CREDENTIAL_TYPE_CODES),
    authority: z.enum(codesOf(AUTHORITIES)),
    attestation: Attestation,
    validFrom: Day,
    validTo: Day.optional(),
    reviewBy: Day.optional(),
    supersedes: CredentialId.optional(),
    record: PaperRecord,
  })
  .superRefine((paper, context) => {
    for (const { field, message, broken } of DATE_FAULTS)
      if (broken(paper))
        context.addIssue({ code: 'custom', path: [field], message, params: { error: 'invalid_period' } });
  });
export type RegisterCredential = z.infer<typeof RegisterCredential>;
export const CredentialRegistered = z.object({ credential: CredentialId, commitment: Digest, ...onLedger });

const reason = coded(codesOf(CREDENTIAL_REASONS));
export const Credential = z.object({
  credential: CredentialId,
  /** Null for a worker's or a machine's: the ledger holds a commitment. */
  company: CompanyId.nullable(),
  type: coded(CREDENTIAL_TYPE_CODES),
  authority: coded(codesOf(AUTHORITIES)),
  attestor: MemberId,
  attestation: z.object({
    method: coded(codesOf(ATTESTATION_METHODS)),
    checkedAt: Instant,
    recheckBy: Day.nullable(),
  }),
  validFrom: Day,
  validTo: Day.nullable(),
  reviewBy: Day.nullable(),
  state: coded(codesOf(CREDENTIAL_STATES)),
  /** The next day's end at which the dates alone make it worse (24:00 at UTC+8). */
  nextEndAt: Instant.nullable(),
  suspensions: z.array(z.object({ from: Instant, to: Instant.nullable(), reason })),
  revokedAt: Instant.nullable(),
  revokedFor: reason.nullable(),
  supersedes: CredentialId.nullable(),
  supersededBy: z.object({ credential: CredentialId, from: Day }).nullable(),
  recordedAt: Instant,
  version: z.int(),
  commitment: Digest,
  /** Null where this node does not hold it, or the caller may not see it. */
  record: PaperRecord.nullable(),
});
export type Credential = z.infer<typeof Credential>;
export const CredentialPage = page(Credential);
export const CredentialQuery = PageQuery.extend({
  company: CompanyId.optional(),
  type: z.enum(CREDENTIAL_TYPE_CODES).optional(),
});
export const ChangeCredential = z.strictObject({ reason: z.enum(codesOf(CREDENTIAL_REASONS)) });
export const CredentialChanged = z.object({ credential: CredentialId, ...onLedger });
