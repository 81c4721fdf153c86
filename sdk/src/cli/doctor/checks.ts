import type { Language, Text, TrustBundle } from '@anlian/contracts';
import { FINDINGS, type Finding, type FindingCode } from './findings.ts';
import type { Probed } from './probe.ts';

/** Everything that was looked at. */
export interface Examined {
  readonly probed: readonly Probed[];
  readonly trust: TrustBundle | null;
  /** MSP ids of the newest configuration that is proven; null where nobody publishes one. */
  readonly configured: readonly string[] | null;
  /** Free space where the home is; null where there is none. */
  readonly freeBytes: number | null;
  readonly findings: readonly Finding[];
}

interface CheckSpec {
  readonly text: Text;
  /** What it can find. */
  readonly codes: readonly FindingCode[];
  /** What it saw; null when there was nothing to look at. */
  readonly seen: (examined: Examined) => string | null;
}

const nodesOf = ({ probed }: Examined) => probed.flatMap(({ node }) => node ?? []);
const different = (values: readonly (string | number)[]): string | null =>
  values.length === 0 ? null : [...new Set(values)].join(', ');

const keysSeen = (examined: Examined): string | null => {
  const kids = nodesOf(examined).flatMap(({ descriptor }) => descriptor.keys.map(({ kid }) => kid));
  return examined.trust === null || kids.length === 0 ? null : `${kids.length}`;
};

const clocksSeen = ({ probed }: Examined): string | null => {
  const offMs = probed.flatMap(({ clockMs }) => (clockMs === null ? [] : [Math.abs(clockMs)]));
  return offMs.length === 0 ? null : `≤ ${Math.ceil(Math.max(...offMs) / 1000)} s`;
};

const heightsSeen = (examined: Examined): string | null => {
  const heights = nodesOf(examined).map(({ ledger }) => ledger.height);
  return different(heights.toSorted((a, b) => a - b).map((height) => `#${height}`));
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** What `anlian doctor` looks at, in the order in which it tells of it; each finding belongs to one check. */
export const CHECKS = {
  nodes: {
    text: { zh: '节点应答', en: 'Nodes answer' },
    codes: ['no_nodes', 'node_unreachable', 'node_unreadable'],
    seen: (examined) => (examined.probed.length === 0 ? null : `${nodesOf(examined).length}/${examined.probed.length}`),
  },
  ready: {
    text: { zh: '节点就绪（数据库、跟随账本）', en: 'Nodes are ready (database, following the ledger)' },
    codes: ['node_not_ready', 'following_stopped'],
    seen: ({ probed }) => {
      const told = probed.flatMap(({ readiness }) => readiness ?? []);
      return told.length === 0 ? null : `${told.filter(({ ready }) => ready).length}/${told.length}`;
    },
  },
  ledger: {
    text: { zh: '账本可达', en: 'The ledger is reachable' },
    codes: ['ledger_unreachable'],
    seen: (examined) => different(nodesOf(examined).map(({ ledger }) => ledger.channel)),
  },
  genesis: {
    text: { zh: '创世区块一致', en: 'All begin at one genesis block' },
    codes: ['genesis_differs'],
    seen: (examined) => different(nodesOf(examined).map(({ ledger }) => ledger.genesisHash)),
  },
  membership: {
    text: { zh: '通道配置与账本上的治理成员一致', en: 'The channel’s configuration names the governors on the ledger' },
    codes: ['expelled_configured', 'configured_unadmitted', 'admitted_unconfigured', 'list_invalid', 'lists_differ'],
    seen: ({ configured }) => configured?.toSorted().join(', ') ?? null,
  },
  height: { text: { zh: '跟上账本', en: 'Nodes keep up with the ledger' }, codes: ['node_behind'], seen: heightsSeen },
  reexecution: {
    text: {
      zh: '跟随的区块按节点自己的规则重新执行，结果一致',
      en: 'Blocks that were followed give the same when run again by the nodes’ own rules',
    },
    codes: ['endorsement_not_reproduced', 'blocks_not_reexecuted'],
    seen: ({ probed }) =>
      different(
        probed.flatMap(({ readiness }) => (readiness?.reexecution ? [`#${readiness.reexecution.height}`] : [])),
      ),
  },
  queue: {
    text: { zh: '没有命令在排队', en: 'No command waits' },
    codes: ['commands_waiting'],
    seen: (examined) =>
      different(
        nodesOf(examined).length === 0 ? [] : [sum(nodesOf(examined).map(({ ledger }) => ledger.waitingCommands))],
      ),
  },
  witnesses: {
    text: { zh: '证据日志有见证，未见分叉', en: 'Evidence logs are witnessed, and none was seen split' },
    codes: ['cosignatures_missing', 'split_view'],
    seen: (examined) => {
      const logs = nodesOf(examined).map(({ evidence }) => evidence);
      const leaves = [logs.map(({ anchoredSize }) => anchoredSize), logs.map(({ size }) => size)].map(sum);
      return logs.length === 0 ? null : leaves.join('/');
    },
  },
  clocks: {
    text: { zh: '时钟一致（节点与本机）', en: 'Clocks agree (nodes and this machine)' },
    codes: ['clock_off', 'clock_drifts'],
    seen: clocksSeen,
  },
  versions: {
    text: { zh: '版本一致', en: 'All run one version' },
    codes: ['versions_differ'],
    seen: (examined) => different(nodesOf(examined).map(({ version }) => version)),
  },
  trust: {
    text: { zh: '信任文件可用', en: 'The trust file can be used' },
    codes: ['trust_missing', 'trust_invalid', 'trust_old', 'list_unreadable'],
    seen: ({ trust }) => trust && `#${trust.asOf.height}`,
  },
  keys: {
    text: { zh: '节点的密钥在信任文件中有效', en: 'The nodes’ keys are in force in the trust file' },
    codes: ['key_ended', 'key_unlisted'],
    seen: keysSeen,
  },
  disk: {
    text: { zh: '磁盘有空间', en: 'The disk has room' },
    codes: ['disk_low'],
    seen: ({ freeBytes }) => (freeBytes === null ? null : `${(freeBytes / 2 ** 30).toFixed(1)} GiB`),
  },
} as const satisfies Record<string, CheckSpec>;

export type CheckName = keyof typeof CHECKS;
export type CheckState = 'ok' | 'notice' | 'fault' | 'unchecked';

/** How one check came out. */
export interface Checked {
  readonly name: CheckName;
  readonly text: Text;
  readonly state: CheckState;
  readonly detail: string | null;
  readonly findings: readonly Finding[];
}

const stateOf = (findings: readonly Finding[], detail: string | null): CheckState => {
  if (findings.some(({ code }) => FINDINGS[code].level === 'fault')) return 'fault';
  if (findings.length > 0) return 'notice';
  return detail === null ? 'unchecked' : 'ok';
};

/** Every check with what it found. */
export const checksOf = (examined: Examined): Checked[] =>
  (Object.entries(CHECKS) as [CheckName, CheckSpec][]).map(([name, { text, codes, seen }]) => {
    const findings = examined.findings.filter(({ code }) => codes.includes(code));
    const detail = seen(examined);
    return { name, text, state: stateOf(findings, detail), detail, findings };
  });

const MARKS: Readonly<Record<CheckState, string>> = { ok: '✓', notice: '!', fault: '✗', unchecked: '–' };
const UNCHECKED: Text = { zh: '无从检查', en: 'nothing to look at' };

/** The detail of a finding in the caller's language. */
export const detailOf = ({ detail }: Finding, language: Language): string =>
  typeof detail === 'string' ? detail : detail[language];

const findingLines = (finding: Finding, language: Language): string[] => {
  const { level, text, remedy } = FINDINGS[finding.code];
  const about = [text[language], finding.subject, detailOf(finding, language)].filter(Boolean).join(' · ');
  return [`    ${MARKS[level]} ${finding.code}  ${about}`, `        ${remedy[language]}`];
};

/** One line for each check, and below it what it found, with what to do. */
export const checkLines = (checks: readonly Checked[], language: Language): string[] =>
  checks.flatMap(({ text, state, detail, findings }) => [
    [`${MARKS[state]} ${text[language]}`, state === 'unchecked' ? UNCHECKED[language] : detail]
      .filter((part) => part !== null)
      .join(' · '),
    ...findings.flatMap((finding) => findingLines(finding, language)),
  ]);

/** The last line: how many checks were made, and how many came out badly. */
export const verdictLine = (checks: readonly Checked[], language: Language): string => {
  const count = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  const made = checks.length - count('unchecked');
  const zh = `检查 ${made} 项：${count('fault')} 项故障，${count('notice')} 项提示`;
  const en = `${made} checks: ${count('fault')} with faults, ${count('notice')} with notices`;
  return { zh, en }[language];
};
