import {
  ASSERTIONS,
  CHECKS,
  type CheckName,
  EVIDENCE_KINDS,
  GATE_REASONS,
  type Language,
  OUTCOMES,
  ROLES,
  type Text,
} from '@anlian/contracts';
import type {
  CommandSubject,
  ConfigurationStand,
  DecisionSubject,
  EvidenceSubject,
  SplitViewSubject,
  Subject,
  Verdict,
  Who,
} from '../../verify/index.ts';
import { localTime } from '../localTime.ts';
import { proofAdvice } from './advice.ts';
import { blockLines, viewLines } from './ledgerText.ts';

const named = (table: Readonly<Record<string, Text>>, code: string, language: Language): string =>
  Object.hasOwn(table, code) ? (table[code]?.[language] ?? code) : code;

const roleNames = Object.fromEntries(Object.entries(ROLES).map(([role, { text }]) => [role, text]));

const who = ({ org, roles, acr, pseudonym }: Who, language: Language): string => {
  const as = roles.map((role) => named(roleNames, role, language)).join(language === 'zh' ? '、' : ', ');
  const by = named(ASSERTIONS, acr, language);
  return language === 'zh' ? `${org}（${as}；${by}；化名 ${pseudonym}）` : `${org} (${as}; ${by}; as ${pseudonym})`;
};

const ANSWERS: Readonly<Record<DecisionSubject['outcome'], Text>> = {
  ...OUTCOMES,
  released: { zh: '主管放行', en: 'released by a supervisor' },
  refused: { zh: '主管拒绝', en: 'refused by a supervisor' },
};

const DIRECTIONS = { in: { zh: '进入', en: 'in' }, out: { zh: '离开', en: 'out' } } as const satisfies Record<
  string,
  Text
>;

const reasonText = ({ code, detail }: DecisionSubject['reasons'][number], language: Language): string =>
  [GATE_REASONS[code].text[language], detail && `(${detail})`].filter(Boolean).join(' ');

const because = ({ record, reasons }: DecisionSubject, language: Language): string => {
  if (record === 'emergency') return language === 'zh' ? '，因为应急' : ', because of an emergency';
  if (reasons.length === 0) return '';
  const texts = reasons.map((reason) => reasonText(reason, language)).join(language === 'zh' ? '；' : '; ');
  return language === 'zh' ? `，因为：${texts}` : `, because: ${texts}`;
};

/** What a gate did, in one sentence. */
const decisionText = (decision: DecisionSubject, language: Language): string => {
  const { gate, site, seq, at, direction, outcome } = decision;
  const answer = `${ANSWERS[outcome][language]}${because(decision, language)}`;
  const [time, way] = [localTime(at), DIRECTIONS[direction][language]];
  return language === 'zh'
    ? `闸机 ${gate}（站点 ${site}，第 ${seq} 号记录）于 ${time} 对${way}者的决定：${answer}`
    : `Gate ${gate} (site ${site}, record ${seq}) decided at ${time} about somebody on the way ${way}: ${answer}`;
};

const evidenceText = ({ kind, member, leafIndex, decision }: EvidenceSubject, language: Language): string => {
  if (decision) return decisionText(decision, language);
  const what = EVIDENCE_KINDS[kind][language];
  return language === 'zh'
    ? `${member} 的证据日志第 ${leafIndex} 条：${what}`
    : `Entry ${leafIndex} of the evidence log of ${member}: ${what}`;
};

const commandText = (subject: CommandSubject, language: Language): string => {
  const [actor, time] = [who(subject.who, language), localTime(subject.txTime)];
  const { command, txId } = subject;
  return language === 'zh'
    ? `账本交易 ${txId}：${actor} 于 ${time} 的命令 ${command}`
    : `Ledger transaction ${txId}: the command ${command} of ${actor} at ${time}`;
};

const splitText = (
  { splitLog, heads: [earlier, later], compromisedSince }: SplitViewSubject,
  language: Language,
): string[] => {
  const contradiction =
    language === 'zh'
      ? `${splitLog} 的证据日志签名了两份相互矛盾的树头：${earlier.size} 条（${earlier.root}）与 ${later.size} 条（${later.root}）`
      : `The evidence log of ${splitLog} signed two heads that contradict each other: ${earlier.size} entries (${earlier.root}) and ${later.size} entries (${later.root})`;
  if (compromisedSince === null) return [contradiction];
  const stolen =
    language === 'zh'
      ? `签名密钥被报告自 ${compromisedSince} 起失窃：此后的签名可能出自他人`
      : `A key that signed is reported stolen since ${compromisedSince}: another may have signed from then on`;
  return [contradiction, stolen];
};

/** What was proven, a fact a line; a verdict's kind tells what its subject is. */
const factLines = (subject: Subject, language: Language): readonly string[] => {
  if ('validity' in subject) return blockLines(subject, language);
  if ('splitLog' in subject) return splitText(subject, language);
  if ('heldBy' in subject) return viewLines(subject, language);
  return [...('member' in subject ? [evidenceText(subject, language)] : []), commandText(subject, language)];
};

/** The limits that matter most to a reader; `--json` gives those of every check. */
const CAVEATS: readonly CheckName[] = [
  'trust_genesis',
  'trust_configuration',
  'transaction_valid',
  'view_answer',
  'block_signature',
  'block_transactions',
  'actor_signature',
  'record_commitment',
  'inclusion',
  'heads_contradict',
  'record_signature',
  'decision_recomputed',
  'key_interval',
];

const HEADINGS = {
  proven: { zh: '已证明', en: 'Proven' },
  byOne: {
    zh: '以上仅由单一运营方作证：它能够改写自己的账本（接受时加 --accept-embedded）',
    en: 'All this stands on the word of one operator, who could rewrite its ledger (--accept-embedded accepts that)',
  },
  not: { zh: '这不能证明', en: 'What this does not prove' },
  refused: { zh: '拒绝。未通过的检查', en: 'Refused. The check that failed' },
} as const satisfies Record<string, Text>;

const PINNED: Text = { zh: '✓ 创世摘要与您指定的一致', en: '✓ Its digest is the one that you pinned' };
const UNPINNED: Text = {
  zh: '– 创世摘要未与任何摘要核对（用 --genesis 指定）',
  en: '– Its digest was compared with nothing (--genesis pins one)',
};

const configurationText = ({ sequence, block, at }: ConfigurationStand, language: Language): string =>
  language === 'zh'
    ? `– 信任文件所知的最新通道配置：第 ${sequence} 次更新，区块 ${block}，${localTime(at)}`
    : `– Newest configuration that the trust file knows: update ${sequence}, block ${block}, ${localTime(at)}`;

/** What a reader must know besides of a check that held. */
const noteOf = (name: CheckName, { genesisPinned, configuration }: Verdict, language: Language): string | undefined => {
  if (name === 'trust_genesis') return (genesisPinned ? PINNED : UNPINNED)[language];
  return name === 'trust_configuration' && configuration ? configurationText(configuration, language) : undefined;
};

const checkLines = (check: Verdict['checks'][number], verdict: Verdict, language: Language): string[] => {
  const { name, ok, detail } = check;
  const line = `${ok ? '✓' : '✗'} ${name}  ${CHECKS[name][language]}`;
  const note = ok ? noteOf(name, verdict, language) : (proofAdvice(check)?.[language] ?? detail);
  return note === undefined ? [line] : [line, `    ${note}`];
};

/** A verdict as an auditor reads it: every check, then what is proven, then what is not. */
export const verdictLines = (verdict: Verdict, language: Language, isByOne: boolean): string[] => {
  const { checks, subject, labels } = verdict;
  const lines = checks.flatMap((check) => checkLines(check, verdict, language));
  const failed = checks.find(({ ok }) => !ok);
  if (subject === undefined) return [...lines, '', `${HEADINGS.refused[language]}: ${failed?.name ?? ''}`];
  const facts = factLines(subject, language);
  const limits = checks.filter(({ name }) => CAVEATS.includes(name)).map(({ doesNotProve }) => doesNotProve);
  return [
    ...lines,
    '',
    `${HEADINGS.proven[language]}:`,
    ...facts.map((fact) => `  ${fact}`),
    ...labels.map((label) => `  ! ${label[language]}`),
    ...(isByOne ? [`  ! ${HEADINGS.byOne[language]}`] : []),
    '',
    `${HEADINGS.not[language]}:`,
    ...limits.map((limit) => `  - ${limit}`),
  ];
};
