import {
  AdmissionId,
  BlockNumber,
  BlockPath,
  CommandId,
  CompanyId,
  CredentialId,
  Day,
  Digest,
  EnrolmentId,
  EvidenceId,
  FactKey,
  Instant,
  MemberId,
  NationalId,
  Phone,
  Portrait,
  ProposalId,
  SiteId,
  SuspensionId,
  TableCode,
  type Text,
  Uscc,
  ViewPath,
  ViolationId,
  WebAddress,
  WorkerId,
} from '@anlian/contracts';
import * as z from 'zod';

interface Form {
  readonly schema: z.ZodType;
  /** What is accepted, as a person types it. */
  readonly accepts: Text;
  /** One that is right, for an example; a table's codes differ from field to field. */
  readonly sample: string;
}

const form = (schema: z.ZodType, zh: string, en: string, sample: string): Form => ({
  schema,
  accepts: { zh, en },
  sample,
});

const USCC_ZH = '18 位统一社会信用代码';
const USCC_EN = 'a unified social credit code (统一社会信用代码) of 18 characters';

/** Forms of a value that have a name of their own, in words. */
export const FORMS = {
  day: form(
    Day,
    '日期，如 2027-03-31，或 today、today+3d、today-1mo、today+1y',
    'a day such as 2027-03-31, or today, today+3d, today-1mo, today+1y',
    '2027-03-31',
  ),
  instant: form(
    Instant,
    '时刻（UTC），如 2026-11-22T08:00:00.000Z，或 now、now-90m、now+2h、now+30d',
    'a moment in UTC such as 2026-11-22T08:00:00.000Z, or now, now-90m, now+2h, now+30d',
    '2026-11-22T08:00:00.000Z',
  ),
  company: form(
    CompanyId,
    `${USCC_ZH}，没有的写 cmt_…`,
    `${USCC_EN}, or cmt_… for a company without one`,
    '91990101MAAA00039J',
  ),
  uscc: form(Uscc, USCC_ZH, USCC_EN, '91990101MAAA00039J'),
  member: form(MemberId, '成员简称，如 hengyuan', 'a member’s short name such as hengyuan', 'hengyuan'),
  site: form(
    SiteId,
    '站点简称，如 hengyuan-terminal',
    'a site’s short name such as hengyuan-terminal',
    'hengyuan-terminal',
  ),
  digest: form(
    Digest,
    'SHA-256 摘要（base64url，43 个字符）',
    'a SHA-256 digest, base64url of 43 characters',
    'A'.repeat(43),
  ),
  code: form(
    TableCode,
    '规则表中的代码（小写字母、数字、下划线）',
    'a code from the rules’ tables: lower-case letters, digits, underscores',
    'hot_work_without_permit',
  ),
  nationalId: form(
    NationalId,
    '18 位公民身份号码',
    'a resident identity number of 18 characters',
    '990101199003073451',
  ),
  phone: form(
    Phone,
    '11 位手机号，或 + 国家代码开头的号码',
    'a mobile number of 11 digits, or one that begins with + and the country',
    '10000000000',
  ),
  portrait: form(
    Portrait,
    '照片的 data URL（PNG、JPEG 或 WebP，64 KiB 以内）',
    'a picture as data URL (PNG, JPEG or WebP, at most 64 KiB)',
    'data:image/png;base64,AA==',
  ),
  fact: form(
    FactKey,
    '账本事实的键，各部分以 / 连接，如 hengyuan 或 公司/违章编号',
    'the key of a fact on the ledger, its parts joined by /, such as hengyuan or COMPANY/VIOLATION',
    'hengyuan',
  ),
  blockNumber: form(BlockNumber, '区块号，如 7', 'a block number such as 7', '7'),
  address: form(
    WebAddress,
    '网址，如 https://node.example，不含用户名、参数和 #',
    'an http or https address without user, query or fragment',
    'https://node.example',
  ),
} as const satisfies Record<string, Form>;

export type FormName = keyof typeof FORMS;

/** Parameters of the paths, which the table of operations only names. */
export const PATH_PARAMETERS: Readonly<Record<string, z.ZodType>> = {
  about: z.union([CredentialId, ViolationId]),
  admission: AdmissionId,
  commandId: CommandId,
  company: CompanyId,
  credential: CredentialId,
  enrolment: EnrolmentId,
  evidence: EvidenceId,
  member: MemberId,
  proposal: ProposalId,
  site: SiteId,
  suspension: SuspensionId,
  ...ViewPath.shape,
  ...BlockPath.shape,
  txId: z.string().regex(/^[0-9a-f]{64}$/),
  violation: ViolationId,
  worker: WorkerId,
};
