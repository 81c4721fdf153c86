import {
  CLAIM,
  CODE_KINDS,
  CompanyCodeClaims,
  fromBase64Url,
  toBase64Url,
  VerificationError,
  WorkerPassClaims,
} from '@anlian/contracts';
import type * as z from 'zod';
import { decodeCbor, encodeCbor } from './cbor.ts';

/** RFC 8747 section 3.1, and RFC 9053 tables 17 and 18: an EC2 key on P-256. */
const CNF_COSE_KEY = 1;
const COSE_KEY = { kty: 1, crv: -1, x: -2, y: -3 } as const;
const EC2 = 2;
const P256 = 1;

const COMMITMENT = 'cmt_';

/** A commitment travels as its 32 bytes: as text, the longest pass would not fit its QR version. */
const companyToCbor = (company: string): string | Uint8Array =>
  company.startsWith(COMMITMENT) ? fromBase64Url(company.slice(COMMITMENT.length)) : company;

/** Text that looks like a commitment stays refused, so that a company has one encoding. */
const companyFromCbor = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return COMMITMENT + toBase64Url(value);
  return typeof value === 'string' && value.startsWith(COMMITMENT) ? undefined : value;
};

type ConfirmationKey = WorkerPassClaims['cnf'];

const confirmationToCbor = ({ x, y }: ConfirmationKey) =>
  new Map([
    [
      CNF_COSE_KEY,
      new Map<number, unknown>([
        [COSE_KEY.kty, EC2],
        [COSE_KEY.crv, P256],
        [COSE_KEY.x, x],
        [COSE_KEY.y, y],
      ]),
    ],
  ]);

const confirmationFromCbor = (value: unknown): unknown => {
  const key: unknown = value instanceof Map && value.size === 1 ? value.get(CNF_COSE_KEY) : undefined;
  if (!(key instanceof Map) || key.size !== 4) return undefined;
  if (key.get(COSE_KEY.kty) !== EC2 || key.get(COSE_KEY.crv) !== P256) return undefined;
  return { x: key.get(COSE_KEY.x), y: key.get(COSE_KEY.y) };
};

type ClaimName = keyof typeof CLAIM;
const NAMES = new Map<unknown, ClaimName>(Object.entries(CLAIM).map(([name, key]) => [key, name as ClaimName]));
const FROM_CBOR: Partial<Record<ClaimName, (value: unknown) => unknown>> = {
  sub: companyFromCbor,
  cnf: confirmationFromCbor,
};
const asIs = (value: unknown): unknown => value;

const KIND_NAMES = new Map<unknown, keyof typeof CODE_KINDS>([
  [CODE_KINDS.company, 'company'],
  [CODE_KINDS.pass, 'pass'],
]);

/** The claims map with integer keys as zod's input; unknown keys keep their number, which the strict schemas refuse. */
const named = (map: Map<unknown, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    [...map].map(([key, value]) => {
      const name = NAMES.get(key);
      return name === undefined ? [String(key), value] : [name, (FROM_CBOR[name] ?? asIs)(value)];
    }),
  );

const parse = <T extends z.ZodType>(schema: T, bytes: Uint8Array): z.infer<T> => {
  let map: unknown;
  try {
    map = decodeCbor(bytes);
  } catch {
    throw new VerificationError('cwt_form', 'the claims are not deterministic CBOR');
  }
  if (!(map instanceof Map)) throw new VerificationError('cwt_form', 'the claims are not a map');
  const parsed = schema.safeParse(named(map));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'claims'}: ${issue.code}`);
  throw new VerificationError('cwt_form', faults.slice(0, 5).join('; '));
};

/** CWT claims set (RFC 8392) of a company's credit code, deterministic. */
export const encodeCompanyClaims = (claims: CompanyCodeClaims): Uint8Array =>
  encodeCbor(
    new Map<number, unknown>([
      [CLAIM.iss, claims.iss],
      [CLAIM.sub, companyToCbor(claims.sub)],
      [CLAIM.exp, claims.exp],
      [CLAIM.iat, claims.iat],
      [CLAIM.cti, claims.cti],
      [CLAIM.score, claims.score],
      [CLAIM.policyHash, claims.policyHash],
      [CLAIM.height, claims.height],
      [CLAIM.kind, claims.kind],
    ]),
  );

/** CWT claims set of a worker pass, deterministic. */
export const encodePassClaims = (claims: WorkerPassClaims): Uint8Array =>
  encodeCbor(
    new Map<number, unknown>([
      [CLAIM.iss, claims.iss],
      [CLAIM.sub, companyToCbor(claims.sub)],
      [CLAIM.exp, claims.exp],
      [CLAIM.iat, claims.iat],
      [CLAIM.cti, claims.cti],
      [CLAIM.cnf, confirmationToCbor(claims.cnf)],
      [CLAIM.kind, claims.kind],
    ]),
  );

/** Inverse of {@link encodeCompanyClaims}; every surplus claim and other form throws `VerificationError('cwt_form')`. */
export const decodeCompanyClaims = (bytes: Uint8Array): CompanyCodeClaims => parse(CompanyCodeClaims, bytes);

/** Inverse of {@link encodePassClaims}; every surplus claim and other form throws `VerificationError('cwt_form')`. */
export const decodePassClaims = (bytes: Uint8Array): WorkerPassClaims => parse(WorkerPassClaims, bytes);

/** What a claims set says it is, or undefined: to choose the decoder, which then checks everything. */
export const kindOfClaims = (bytes: Uint8Array): keyof typeof CODE_KINDS | undefined => {
  try {
    const map = decodeCbor(bytes);
    return map instanceof Map ? KIND_NAMES.get(map.get(CLAIM.kind)) : undefined;
  } catch {
    return undefined;
  }
};
