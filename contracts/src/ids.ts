import * as z from 'zod';
import { toHex } from './canonical.ts';
import { usccFault } from './uscc.ts';

/** Prefix of every id the system makes, and what it names. */
export const ID_PREFIXES = {
  cmd: 'command',
  prp: 'proposal',
  crd: 'credential',
  vio: 'violation',
  evl: 'evaluation',
  adm: 'admission to a site',
  cod: 'credit code',
  wkr: 'worker, at home only',
  enr: 'enrolment',
  pas: 'worker pass',
  sus: 'site suspension',
  gat: 'gate',
  cli: 'machine that signs in, at home only',
  dec: 'gate decision',
  evd: 'evidence',
  imp: 'imported fact',
  cas: 'case pseudonym',
} as const satisfies Record<string, string>;

export type IdPrefix = keyof typeof ID_PREFIXES;
export type Id<P extends IdPrefix> = `${P}_${string}`;

/** An id from 16 random bytes: prefix, underscore, 32 hexadecimal digits. */
export const formatId = <P extends IdPrefix>(prefix: P, random: Uint8Array): Id<P> => {
  if (random.length !== 16) throw new RangeError('an id takes 16 random bytes');
  return `${prefix}_${toHex(random)}`;
};

const id = (prefix: IdPrefix) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-f]{32}$`), `${prefix}_ and 32 hexadecimal digits`);

export const CommandId = id('cmd');
export const ProposalId = id('prp');
export const CredentialId = id('crd');
export const ViolationId = id('vio');
export const EvaluationId = id('evl');
export const AdmissionId = id('adm');
export const CodeId = id('cod');
export const WorkerId = id('wkr');
export const EnrolmentId = id('enr');
export const PassId = id('pas');
export const SuspensionId = id('sus');
export const GateId = id('gat');
export const ClientId = id('cli');
export const DecisionId = id('dec');
export const EvidenceId = id('evd');
export const ImportId = id('imp');
export const CaseId = id('cas');

/** A member's short name on the ledger and in host names. */
export const MemberId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/, 'lower-case letters, digits and hyphens, 3 to 32');
export type MemberId = z.infer<typeof MemberId>;

export const MspId = z.string().regex(/^[A-Za-z][A-Za-z0-9.-]{1,63}$/);
export const ChannelId = z.string().regex(/^[a-z][a-z0-9.-]{0,63}$/);
export const ChaincodeId = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);

/** A site (厂区, 码头): the owner's short name for it. */
export const SiteId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,62}[a-z0-9]$/, 'lower-case letters, digits and hyphens, 3 to 64');
export type SiteId = z.infer<typeof SiteId>;

/** 32 bytes as unpadded base64url: a SHA-256 digest, an HMAC commitment or a salt. */
export const Digest = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'base64url of 32 bytes');
export type Digest = z.infer<typeof Digest>;

/** The four characters are spelled out: a count in a loop takes stack for each turn, and megabytes exhaust it. */
const BASE64URL =
  /^(?:[A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-][A-Za-z0-9_-])*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/;

/** Unpadded base64url of any length up to `maxBytes`. */
export const base64Url = (maxBytes: number) =>
  z
    .string()
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(BASE64URL, 'unpadded base64url');

/** `cmt_` and a commitment: a company without a USCC (foreign) or a sole trader (a person). */
export const CompanyCommitment = z.string().regex(/^cmt_[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);

/** How the ledger names a company: its 统一社会信用代码, or a commitment where it has none. */
export const CompanyId = z
  .string()
  .max('cmt_'.length + 43)
  .superRefine((text, context) => {
    const fault = CompanyCommitment.safeParse(text).success ? undefined : usccFault(text);
    if (fault)
      context.addIssue({ code: 'custom', message: `invalid uscc: ${fault}`, params: { error: 'invalid_uscc', fault } });
  });
export type CompanyId = z.infer<typeof CompanyId>;

const TABLE_CODE = /^[a-z][a-z0-9_]{1,63}$/;

/** A closed code made by a table: lower case, never free text. */
export const TableCode = z.string().regex(TABLE_CODE);

/** Values by their codes. The description in OpenAPI reads the values' schema alone, so it is told the form of the keys. */
export const byTableCode = <T extends z.ZodType>(value: T) =>
  z.record(TableCode, value).meta({ propertyNames: { pattern: TABLE_CODE.source } });
