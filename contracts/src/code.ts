import * as z from 'zod';
import { CompanyId, MemberId } from './ids.ts';

/** CWT claim keys: RFC 8392 and RFC 8747 where they exist, private use (below -65536) for ours. */
export const CLAIM = {
  iss: 1,
  sub: 2,
  exp: 4,
  nbf: 5,
  iat: 6,
  cti: 7,
  cnf: 8,
  score: -70001,
  policyHash: -70002,
  height: -70003,
  kind: -70004,
} as const;

const bytes = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length, `${length} bytes`);
const numericDate = z.int().min(0).max(253_402_300_799);

/** What a COSE_Sign1 of ours holds. */
export const CODE_KINDS = { company: 1, pass: 2 } as const;

/** Claims of a company's credit code: at most 275 bytes with its signature (QR 13-M). */
export const CompanyCodeClaims = z.strictObject({
  kind: z.literal(CODE_KINDS.company),
  iss: MemberId,
  sub: CompanyId,
  iat: numericDate,
  exp: numericDate,
  /** The 16 random bytes of the `cod_` id. */
  cti: bytes(16),
  score: z.int().min(0).max(100),
  policyHash: bytes(32),
  /** Ledger height at issue. */
  height: z.int().min(0),
});
export type CompanyCodeClaims = z.infer<typeof CompanyCodeClaims>;

/** Claims of a worker pass: no name and no number of a person. `cnf` is the key in the worker's phone (COSE EC2 coordinates). */
export const WorkerPassClaims = z.strictObject({
  kind: z.literal(CODE_KINDS.pass),
  iss: MemberId,
  /** The employer. */
  sub: CompanyId,
  iat: numericDate,
  exp: numericDate,
  /** The 16 random bytes of the `pas_` id. */
  cti: bytes(16),
  cnf: z.strictObject({ x: bytes(32), y: bytes(32) }),
});
export type WorkerPassClaims = z.infer<typeof WorkerPassClaims>;

/** Largest encodings that still fit the QR versions a gate camera reads (13-M, 15-M). */
export const MAX_CODE_BYTES = 275;
export const MAX_PRESENTATION_BYTES = 355;
/** Longest `<host>` (with its port) in a code's link. */
export const MAX_HOST_CHARACTERS = 32;

/** A presentation older than this is stale; further ahead than {@link PRESENTATION_AHEAD_SECONDS} names a clock. */
export const PRESENTATION_MAX_AGE_SECONDS = 60;
export const PRESENTATION_AHEAD_SECONDS = 30;
