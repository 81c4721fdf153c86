import * as z from 'zod';
import { CredentialId, Digest, ViolationId } from '../ids.ts';
import { PaperRecord } from './credentials.ts';
import { Report } from './violations.ts';

/** A record that stays at home, shown to another member with its salt: whoever holds both can check the ledger's commitment. */
export const Disclosure = z.strictObject({
  /** The credential or violation that it is about. */
  about: z.union([CredentialId, ViolationId]),
  record: z.union([PaperRecord, Report]),
  salt: Digest,
});
export type Disclosure = z.infer<typeof Disclosure>;
export const DisclosureTaken = z.object({ about: z.string(), commitment: Digest });
