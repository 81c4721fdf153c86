import * as z from 'zod';
import {
  AdmissionId,
  CodeId,
  CompanyId,
  CredentialId,
  Digest,
  EvaluationId,
  GateId,
  MemberId,
  MspId,
  ProposalId,
  SiteId,
  ViolationId,
} from '../ids.ts';
import type { Text } from '../text.ts';
import { Instant } from '../time.ts';
import { ALONE, stateKey } from './state.ts';

interface ViewSpec extends Text {
  /** The key as a person types it: the names of its parts. */
  readonly form: string;
  /** What the parts of its key are, in their order. */
  readonly parts: readonly z.ZodType<string>[];
  /** The key in world state. */
  readonly key: (...parts: string[]) => string;
}

const view = <const P extends readonly z.ZodType<string>[]>(
  zh: string,
  en: string,
  form: string,
  parts: P,
  key: (...parts: { [K in keyof P]: string }) => string,
): ViewSpec => ({ zh, en, form, parts, key: key as ViewSpec['key'] });

/** A company, or nobody who is named: credentials of workers and machines. */
const Holder = z.union([z.literal(ALONE), CompanyId]);

/** Facts of the ledger whose present value governors vouch for. None holds more than every member may know. */
export const VIEWS = {
  member: view('成员', 'Member', 'MEMBER', [MemberId], stateKey.member),
  msp: view('MSP 的成员', 'Member of an MSP', 'MSP_ID', [MspId], stateKey.memberByMsp),
  company: view('公司的成员', 'Member of a company', 'COMPANY', [CompanyId], stateKey.memberByCompany),
  key: view('密钥', 'Key', 'KEY_ID', [Digest], stateKey.key),
  proposal: view('提案', 'Proposal', 'PROPOSAL', [ProposalId], stateKey.proposal),
  site: view('站点', 'Site', 'SITE', [SiteId], stateKey.site),
  admission: view(
    '站点准入',
    'Admission to a site',
    'SITE/COMPANY/ADMISSION',
    [SiteId, CompanyId, AdmissionId],
    stateKey.admission,
  ),
  credential: view('证照', 'Paper', 'COMPANY/CREDENTIAL', [Holder, CredentialId], stateKey.credential),
  violation: view('违章', 'Violation', 'COMPANY/VIOLATION', [CompanyId, ViolationId], stateKey.violation),
  evaluation: view('评价', 'Evaluation', 'COMPANY/EVALUATION', [CompanyId, EvaluationId], stateKey.evaluation),
  policy: view('信用规则', 'Credit policy', 'DIGEST', [Digest], stateKey.policy),
  'policy-adoption': view(
    '信用规则的生效',
    'Adoption of a credit policy',
    'INSTANT/DIGEST',
    [Instant, Digest],
    stateKey.policyAdoption,
  ),
  blocklisting: view('联盟禁入', 'Blocklisting', 'COMPANY', [CompanyId], stateKey.blocklisting),
  code: view('信用码', 'Credit code', 'COMPANY/CODE', [CompanyId, CodeId], stateKey.code),
  anchor: view('日志锚', 'Anchor of an evidence log', 'MEMBER', [MemberId], stateKey.anchor),
  'gate-sequence': view('闸机序号', 'Sequence of a gate', 'MEMBER/GATE', [MemberId, GateId], stateKey.gateSequence),
} as const satisfies Record<string, ViewSpec>;

export type ViewType = keyof typeof VIEWS;
export const VIEW_TYPES = Object.keys(VIEWS) as [ViewType, ...ViewType[]];

const keyFaults = ({ type, key }: { readonly type: ViewType; readonly key: readonly string[] }) => {
  const { form, parts } = VIEWS[type];
  if (parts.length !== key.length) return [{ path: ['key'], message: `${type}: ${form}` }];
  return key.flatMap((part, at) => {
    const issue = parts[at]?.safeParse(part).error?.issues[0];
    if (!issue) return [];
    const params = issue.code === 'custom' ? issue.params : undefined;
    return [{ path: ['key', at], message: issue.message, ...(params && { params }) }];
  });
};

/** Arguments of the one view function: which fact, by the parts of its key. */
export const ViewQuestion = z
  .strictObject({ type: z.enum(VIEW_TYPES), key: z.array(z.string().max(100)).min(1).max(3) })
  .superRefine((question, context) => {
    for (const fault of keyFaults(question)) context.addIssue({ code: 'custom', ...fault });
  });
export type ViewQuestion = z.infer<typeof ViewQuestion>;

/** What the view function answers: the value, or null where there is none, at the time of the question. */
export const ViewAnswer = z.strictObject({
  type: z.enum(VIEW_TYPES),
  key: z.array(z.string()),
  value: z.unknown(),
  asOf: Instant,
});
export type ViewAnswer = z.infer<typeof ViewAnswer>;

/** The function of the chaincode that answers. No other function's text counts as a view: some repeat what they are told. */
export const VIEW_FUNCTION = 'query:view';

/** The world-state key of a question. */
export const viewedKey = ({ type, key }: ViewQuestion): string => VIEWS[type].key(...key);
