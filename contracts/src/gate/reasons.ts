import type { Text } from '../text.ts';

export type Effect = 'allow' | 'warn' | 'hold' | 'deny';

export interface ReasonSpec {
  readonly text: Text;
  /** What the guard does now. */
  readonly instruction: Text;
  /** The effect, unless the site's policy states one for its requirement. */
  readonly effect: Effect;
}

const reason = (effect: Effect, zh: string, en: string, doZh: string, doEn: string): ReasonSpec => ({
  effect,
  text: { zh, en },
  instruction: { zh: doZh, en: doEn },
});

const CALL_EMPLOYER = ['请其联系所属公司资料员', 'Ask the worker to call the employer’s clerk'] as const;
const CALL_MANAGER = ['请联系安全管理员', 'Call the safety manager'] as const;
const COMPARE = ['核对照片和证件后由主管放行', 'Compare photo and paper; a supervisor releases'] as const;
const REFRESH = [
  '请用手机重新出示通行证（通行证页面随门户提供，目前用 anlian pass present）',
  'Present the pass anew from the phone (its page comes with the portal; for now: anlian pass present)',
] as const;

/** Every reason a gate can give, most serious first within an effect. */
export const GATE_REASONS = {
  // --- what was presented
  presentation_unreadable: reason('deny', '二维码无法识别', 'The code cannot be read', ...REFRESH),
  presentation_forged: reason('deny', '签名无效', 'The signature is not valid', ...CALL_MANAGER),
  key_unknown: reason('deny', '签发密钥未知或已停用', 'The issuing key is unknown or retired', ...CALL_MANAGER),
  holder_mismatch: reason('deny', '不是登记手机出示的通行证', 'Not presented by the enrolled phone', ...REFRESH),
  presentation_stale: reason(
    'deny',
    '出示的是旧画面或手机时钟偏慢',
    'An old picture, or the phone’s clock is slow',
    ...REFRESH,
  ),
  clock_ahead: reason(
    'deny',
    '手机时钟偏快',
    'The phone’s clock is fast',
    '请把手机时间设为自动，再重新出示',
    'Set the phone’s time to automatic and present again',
  ),
  replayed: reason('deny', '该通行画面已使用过', 'This presentation was used before', ...REFRESH),
  pass_expired: reason('deny', '通行证已过期', 'The pass has expired', ...CALL_EMPLOYER),
  pass_not_yet_valid: reason('deny', '通行证尚未生效', 'The pass is not valid yet', ...CALL_EMPLOYER),
  printed_badge: reason('hold', '打印凭证，需核对照片', 'Printed badge: compare the photo', ...COMPARE),

  // --- the person
  not_enrolled: reason('deny', '未在本站点登记', 'Not enrolled at this site', ...CALL_EMPLOYER),
  person_suspended: reason('deny', '人员已被暂停入场', 'The person is suspended at this site', ...CALL_MANAGER),
  person_points: reason('deny', '个人累计记分已满，须离场', 'The person’s points reach the limit', ...CALL_MANAGER),
  employer_mismatch: reason(
    'deny',
    '与登记的用人单位不符',
    'The employer differs from the enrolment',
    ...CALL_EMPLOYER,
  ),
  not_authorised_yet: reason('deny', '入场授权尚未开始', 'The site authorisation has not begun', ...CALL_EMPLOYER),
  authorisation_ended: reason('deny', '入场授权已结束', 'The site authorisation has ended', ...CALL_EMPLOYER),
  work_class_not_authorised: reason(
    'deny',
    '未获该类作业授权',
    'Not authorised for this class of work',
    ...CALL_MANAGER,
  ),
  certificate_missing: reason('deny', '缺少作业证', 'A certificate is missing', ...CALL_EMPLOYER),
  certificate_expired: reason('deny', '证件已过期', 'A certificate has expired', ...CALL_EMPLOYER),
  certificate_not_yet_valid: reason('deny', '证件尚未生效', 'A certificate is not valid yet', ...CALL_EMPLOYER),
  certificate_review_overdue: reason('deny', '证件逾期未复审', 'A certificate’s review is overdue', ...CALL_EMPLOYER),
  certificate_recheck_due: reason('hold', '证件需重新核验', 'A certificate must be checked again', ...CALL_MANAGER),
  certificate_suspended: reason('deny', '证件已被暂停', 'A certificate is suspended', ...CALL_EMPLOYER),
  certificate_revoked: reason('deny', '证件已被撤销', 'A certificate is revoked', ...CALL_EMPLOYER),
  renewal_in_register_lag: reason(
    'warn',
    '证件已换发，登记系统尚未更新',
    'Renewed; the register lags behind',
    '可以放行',
    'Let pass',
  ),
  training_missing: reason(
    'deny',
    '未完成入场教育',
    'Site training is missing',
    '请到培训室完成入场教育',
    'Send to the induction room',
  ),
  training_expired: reason(
    'deny',
    '入场教育已过期',
    'Site training has expired',
    '请到培训室重新教育',
    'Send to the induction room',
  ),
  over_age: reason('deny', '超过该作业年龄上限', 'Over the age limit for this work', ...CALL_MANAGER),

  // --- the company
  company_unknown: reason('deny', '名单中没有该公司', 'The company is not on the lists', ...CALL_MANAGER),
  company_suspended: reason(
    'deny',
    '该公司已被本站点暂停入场',
    'The company is suspended at this site',
    ...CALL_MANAGER,
  ),
  company_blocklisted: reason('deny', '该公司处于网络禁入名单', 'The company is blocklisted', ...CALL_MANAGER),
  company_not_admitted: reason(
    'deny',
    '该公司未获准进入本站点',
    'The company is not admitted to this site',
    ...CALL_MANAGER,
  ),
  company_band: reason('deny', '公司信用等级不足', 'The company’s credit band is too low', ...CALL_MANAGER),
  company_document_missing: reason('deny', '公司缺少必需文件', 'A company document is missing', ...CALL_EMPLOYER),
  company_document_expired: reason('deny', '公司文件已过期', 'A company document has expired', ...CALL_EMPLOYER),
  company_document_suspended: reason('deny', '公司文件已被暂停', 'A company document is suspended', ...CALL_EMPLOYER),
  company_document_revoked: reason('deny', '公司文件已被撤销', 'A company document is revoked', ...CALL_EMPLOYER),
  insurance_expired: reason('deny', '公司保险已到期', 'The company’s insurance has ended', ...CALL_EMPLOYER),
  insurance_cover_low: reason(
    'deny',
    '保险金额低于要求',
    'The insurance cover is below the requirement',
    ...CALL_EMPLOYER,
  ),
  code_expired: reason(
    'warn',
    '公司信用码已过期',
    'The company’s credit code has expired',
    '可以放行，提醒更新信用码',
    'Let pass; ask for a fresh code',
  ),
  code_revoked: reason('deny', '公司信用码已撤销', 'The company’s credit code is revoked', ...CALL_MANAGER),

  // --- the gate itself
  gate_unsynced: reason(
    'hold',
    '闸机没有名单',
    'The gate has no lists',
    '联系管理员同步名单',
    'Call the administrator to sync the lists',
  ),
  pack_stale: reason(
    'hold',
    '名单过旧',
    'The lists are too old',
    '恢复网络并同步，或由主管放行',
    'Restore the network and sync, or a supervisor releases',
  ),
  clock_rolled_back: reason(
    'hold',
    '闸机时钟被拨回',
    'The gate’s clock went back',
    '联系管理员校准时钟',
    'Call the administrator to set the clock',
  ),
  clock_unconfirmed: reason(
    'hold',
    '重启后时钟未核对',
    'The clock is not confirmed since the restart',
    '联网同步后重试',
    'Connect, sync and try again',
  ),

  // --- not an obstacle
  in_grace: reason(
    'warn',
    '处于宽限期',
    'Within the period of grace',
    '可以放行，提醒办理',
    'Let pass; remind of the deadline',
  ),
  expired_inside: reason(
    'warn',
    '离场时证件已过期',
    'A certificate expired while inside',
    '放行离场并通知安全管理员',
    'Let leave and tell the safety manager',
  ),
  emergency: reason('allow', '应急放行', 'Emergency passage', '放行并登记', 'Let pass; it is logged'),
  released: reason('allow', '主管放行', 'Released by a supervisor', '放行', 'Let pass'),
  refused_by_supervisor: reason('deny', '主管拒绝放行', 'Refused by a supervisor', '不得入场', 'Do not let in'),
  timed_out: reason('deny', '等待核实超时', 'The hold timed out', '请重新出示', 'Present again'),
} as const satisfies Record<string, ReasonSpec>;

export type GateReason = keyof typeof GATE_REASONS;
export const GATE_REASON_CODES = Object.keys(GATE_REASONS) as [GateReason, ...GateReason[]];

/** Why a supervisor released a hold. A closed list: it is evidence. */
export const RELEASE_REASONS = {
  identity_confirmed: { zh: '已核对照片与证件', en: 'Photo and paper compared' },
  confirmed_by_phone: { zh: '已与用人单位电话确认', en: 'Confirmed with the employer by telephone' },
  lists_confirmed: { zh: '已由控制室核对名单', en: 'The control room checked the lists' },
  escorted: { zh: '专人全程陪同', en: 'Escorted throughout' },
} as const satisfies Record<string, Text>;
export type ReleaseReason = keyof typeof RELEASE_REASONS;
