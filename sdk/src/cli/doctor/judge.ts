import { canonicalText, type ErrorCode, type PassedOver, strictMajority, type TrustBundle } from '@anlian/contracts';
import type { Finding, FindingCode } from './findings.ts';
import type { Probed } from './probe.ts';

/** As the ledger's endorsers judge a submission. */
const CLOCK_OFF_MS = 120_000;
const CLOCK_DRIFTS_MS = 10_000;
/** Heights are read one after the other while blocks come. */
const BLOCKS_BEHIND = 5;

/** Every other fault is tried again. */
const FOLLOWS_NO_MORE = 'ledger_corrupt' satisfies ErrorCode;

/** Nothing is published before the founding; a ledger that is away is told of by itself. */
const UNPUBLISHED_SO_FAR: readonly string[] = [
  'channel_not_founded',
  'ledger_unavailable',
] satisfies readonly ErrorCode[];

/** More than identify rules among those of one channel. */
const HASH_DIGITS = 12;
const short = (rules: string): string => rules.replace(/[0-9a-f]{64}$/, (hash) => `${hash.slice(0, HASH_DIGITS)}…`);

const UNKNOWN = { zh: '未知', en: 'rules that are not known' };

const describePassed = (passedOver: readonly PassedOver[]): Finding['detail'] => {
  const [zh, en] = [[], []] as [string[], string[]];
  for (const { from, to, blocks, ran, own } of passedOver) {
    const [theirs, ours] = [ran && short(ran), own && short(own)];
    zh.push(
      `${blocks} 个区块（#${from}–#${to}）：当时的规则 ${theirs || UNKNOWN.zh}，本节点的规则 ${ours || UNKNOWN.zh}`,
    );
    en.push(
      `${blocks} blocks (#${from}–#${to}): they ran ${theirs ? `rules ${theirs}` : UNKNOWN.en}, this node has ${ours || UNKNOWN.en}`,
    );
  }
  return { zh: zh.join('；'), en: en.join('; ') };
};

type Judge = (probed: Probed) => readonly [code: FindingCode, detail: Finding['detail']] | null;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Each looks at one node by itself; a node that did not answer was told of already. */
const JUDGES: readonly Judge[] = [
  ({ reached }) => (reached ? null : ['node_unreachable', '']),
  ({ reached, readiness, node }) => (reached && (readiness === null || node === null) ? ['node_unreadable', ''] : null),
  ({ readiness }) => {
    if (readiness === null || readiness.ready) return null;
    const { database, following, fault, height } = readiness;
    return fault === FOLLOWS_NO_MORE
      ? ['following_stopped', `#${height}`]
      : ['node_not_ready', [`database ${database}, following ${following}`, ...(fault ? [fault] : [])].join(', ')];
  },
  ({ readiness }) =>
    readiness?.notices.includes('endorsement_not_reproduced') ? ['endorsement_not_reproduced', ''] : null,
  ({ readiness }) => {
    const { passedOver = [] } = readiness?.reexecution ?? {};
    return passedOver.length === 0 ? null : ['blocks_not_reexecuted', describePassed(passedOver)];
  },
  ({ unpublished }) =>
    unpublished === null || UNPUBLISHED_SO_FAR.includes(unpublished) ? null : ['list_unreadable', unpublished],
  ({ node }) => (node === null || node.ledger.reachable ? null : ['ledger_unreachable', node.ledger.label]),
  ({ node }) =>
    node === null || node.ledger.waitingCommands === 0 ? null : ['commands_waiting', `${node.ledger.waitingCommands}`],
  ({ node }) => {
    const awaiting = node?.evidence.awaiting;
    if (awaiting === undefined) return null;
    const missing = awaiting.missing.map(({ member, why }) => `${member}: ${why}`).join('; ');
    return ['cosignatures_missing', `${awaiting.have} of ${awaiting.due}; ${missing}`];
  },
  ({ node }) => ((node?.evidence.splitViews ?? 0) === 0 ? null : ['split_view', `${node?.evidence.splitViews}`]),
  ({ clockMs }) => {
    if (clockMs === null || Math.abs(clockMs) < CLOCK_DRIFTS_MS) return null;
    return [Math.abs(clockMs) >= CLOCK_OFF_MS ? 'clock_off' : 'clock_drifts', seconds(clockMs)];
  },
];

const nameOf = ({ node, url }: Probed): string => node?.member ?? url;

export const judgeNode = (probed: Probed): Finding[] =>
  JUDGES.flatMap((judge) => {
    const found = judge(probed);
    return found ? [{ code: found[0], subject: nameOf(probed), detail: found[1] }] : [];
  });

const differing = (values: readonly string[]): boolean => new Set(values).size > 1;

/** What shows only when nodes are held against each other, and against the trust file. */
export const compareNodes = (probed: readonly Probed[], trust: TrustBundle | null): Finding[] => {
  const nodes = probed.flatMap(({ node }) => node ?? []);
  const hashes = nodes.map(({ member, ledger }) => [member, ledger.genesisHash] as const);
  const all = [...hashes, ...(trust ? [['trust.json', trust.genesisHash] as const] : [])];
  const highest = Math.max(0, ...nodes.map(({ ledger }) => ledger.height));
  const versions = nodes.map(({ version }) => version);
  return [
    ...(differing(all.map(([, hash]) => hash))
      ? [{ code: 'genesis_differs', subject: '', detail: all.map(([of, hash]) => `${of} ${hash}`).join('; ') } as const]
      : []),
    ...nodes
      .filter(({ ledger }) => ledger.height < highest - BLOCKS_BEHIND)
      .map(
        ({ member, ledger }): Finding => ({
          code: 'node_behind',
          subject: member,
          detail: `${ledger.height} < ${highest}`,
        }),
      ),
    ...(differing(versions)
      ? [{ code: 'versions_differ', subject: '', detail: [...new Set(versions)].join(', ') } as const]
      : []),
  ];
};

/** Keys that a node says it uses, as the trust file knows them. */
export const judgeKeys = ({ node }: Probed, trust: TrustBundle): Finding[] => {
  if (node === null) return [];
  const listed = trust.members.find(({ member }) => member === node.member)?.keys ?? [];
  return node.descriptor.keys.flatMap(({ kid, use }): Finding[] => {
    const entry = listed.find(({ key }) => key.kid === kid);
    const about = { subject: node.member, detail: `${use} ${kid}` };
    if (entry === undefined) return [{ code: 'key_unlisted', ...about }];
    return entry.to === null && entry.compromisedSince === null ? [] : [{ code: 'key_ended', ...about }];
  });
};

/** What a later trust file could have that this one has not. */
const contentOf = ({ genesisHash, members, updates }: TrustBundle): string =>
  canonicalText({ genesisHash, members, updates });

/** The greatest height that a strict majority says it has reached. */
const reachedHeight = (heights: readonly number[]): number =>
  heights.toSorted((a, b) => b - a)[strictMajority(heights.length) - 1] ?? 0;

/**
 * Whether keys and members may have come since the trust file was made. Most of the lists published since settle it; else heights tell.
 * Nodes state both themselves, so that no single one is believed.
 */
export const judgeTrustAge = (probed: readonly Probed[], trust: TrustBundle): Finding[] => {
  const { height } = trust.asOf;
  const reached = reachedHeight(probed.flatMap(({ node }) => (node ? [node.ledger.height] : [])));
  if (reached <= height) return [];
  const since = probed.flatMap(({ published }) => (published && published.asOf.height > height ? [published] : []));
  const same = since.filter((list) => contentOf(list) === contentOf(trust));
  if (since.length > 0 && same.length >= strictMajority(since.length)) return [];
  const detail = {
    zh: `信任文件 #${height}，节点 #${reached}`,
    en: `the trust file is of height ${height}, nodes at ${reached}`,
  };
  return [{ code: 'trust_old', subject: '', detail }];
};
