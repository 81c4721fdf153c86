import * as z from 'zod';
import { BANDS, codesOf } from '../credit/vocabulary.ts';
import { CodeId, CompanyId, Digest, MemberId } from '../ids.ts';
import { Instant } from '../time.ts';
import { PageQuery, page } from './common.ts';
import { coded, onLedger } from './words.ts';

export const CODE_STATES = {
  queued: { zh: '待上账本', en: 'Waiting for the ledger' },
  valid: { zh: '有效', en: 'Valid' },
  expired: { zh: '已过期', en: 'Expired' },
  revoked: { zh: '已吊销', en: 'Revoked' },
  refused: { zh: '账本拒绝', en: 'Refused by the ledger' },
} as const;
export const CreditCode = z.object({
  code: CodeId,
  company: CompanyId,
  issuer: MemberId,
  state: coded(codesOf(CODE_STATES)),
  /** `HTTPS://HOST/C#digits`; null until the ledger has it, and for a code of another issuer. */
  text: z.string().nullable(),
  /** The COSE_Sign1 as base64url. */
  bytes: z.string().nullable(),
  issuedAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.nullable(),
  score: z.int(),
  band: coded(codesOf(BANDS)),
  policyHash: Digest,
  ...onLedger,
});
export type CreditCode = z.infer<typeof CreditCode>;
export const CreditCodePage = page(CreditCode);
export const CreditCodeQuery = PageQuery.extend({ company: CompanyId.optional() });
export const CodeRevoked = z.object({ code: CodeId, ...onLedger });
