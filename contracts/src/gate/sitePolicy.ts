import * as z from 'zod';
import { CREDENTIAL_TYPE_CODES } from '../credit/credentialTypes.ts';
import { WORK_CLASS_CODES } from '../credit/vocabulary.ts';
import { SiteId, TableCode } from '../ids.ts';
import { Instant } from '../time.ts';

const types = z.array(z.enum(CREDENTIAL_TYPE_CODES)).min(1);

/** What one requirement asks for. Of several `types`, one suffices. */
export const Need = z.discriminatedUnion('need', [
  z.strictObject({ need: z.literal('worker_certificate'), types }),
  z.strictObject({ need: z.literal('worker_training'), course: TableCode }),
  z.strictObject({ need: z.literal('company_document'), types }),
  z.strictObject({ need: z.literal('insurance_cover'), minPerPersonYuan: z.int().min(0) }),
  z.strictObject({ need: z.literal('max_age'), years: z.int().min(16).max(99) }),
  z.strictObject({ need: z.literal('company_band'), atLeast: z.enum(['green', 'amber']) }),
]);
export type Need = z.infer<typeof Need>;

/** One item of a requirement set: for which work, what, with which effect, and how many days of grace after a lapse. */
export const Requirement = z.strictObject({
  id: TableCode,
  /** Empty: every class of work. */
  workClasses: z.array(z.enum(WORK_CLASS_CODES)),
  need: Need,
  effect: z.enum(['deny', 'hold', 'warn']),
  graceDays: z.int().min(0).max(365),
});
export type Requirement = z.infer<typeof Requirement>;

/** A site's requirement set: the owner's own, versioned, never on the ledger. */
export const SitePolicy = z.strictObject({
  site: SiteId,
  version: z.int().min(1),
  effectiveFrom: Instant,
  requirements: z.array(Requirement).max(200),
  /** A hold that nobody answers ends after so many seconds. */
  holdTimeoutSeconds: z.int().min(10).max(3600),
});
export type SitePolicy = z.infer<typeof SitePolicy>;
