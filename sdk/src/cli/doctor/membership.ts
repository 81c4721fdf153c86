import { toHex, VerificationError } from '@anlian/contracts';
import { openTrust, type TrustedChannel } from '../../verify/index.ts';
import type { Finding } from './findings.ts';
import type { Probed } from './probe.ts';

/** The newest configuration that is proven, and where it differs from what the governors decided. */
export interface Membership {
  /** MSP ids of its organisations; null where no governor's node of a Fabric network publishes a list. */
  readonly configured: readonly string[] | null;
  readonly findings: readonly Finding[];
}

/** A list whose configurations were verified from block 0 on. Whom the governors voted in is still its node's word. */
interface Opened {
  readonly of: string;
  readonly mspId: string | undefined;
  readonly channel: TrustedChannel;
}

const openList = async (
  { url, node, published }: Probed,
  genesisHash: string | undefined,
): Promise<Opened | Finding | undefined> => {
  if (published?.ledger !== 'fabric') return undefined;
  const of = node?.member ?? url;
  try {
    return { of, mspId: node?.descriptor.mspId, channel: await openTrust(published, genesisHash) };
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    return { code: 'list_invalid', subject: of, detail: error.check };
  }
};

/** The configurations by number and content: their orderers' signatures may differ from peer to peer. */
const chainOf = ({ channel }: Opened): readonly string[] =>
  channel.configurations.map(({ block }) => `${block.number} ${toHex(block.dataHash)}`);

const isWithin = (chain: readonly string[], longest: readonly string[]): boolean =>
  chain.every((block, at) => block === longest[at]);

/** Names of the governors in force, in order: what votes decide. */
const governorsIn = ({ channel }: Opened): string =>
  channel.trust.members
    .filter(({ kind, to }) => kind === 'governor' && to === null)
    .map(({ member, mspId }) => `${member} (${mspId})`)
    .toSorted()
    .join(', ');

const judgeList = ({ channel }: Opened, configured: readonly string[]): Finding[] => {
  const governors = channel.trust.members.filter(({ kind }) => kind === 'governor');
  const ofMsp = (mspId: string) => governors.filter((governor) => governor.mspId === mspId);
  const extra = configured.flatMap((mspId): Finding[] => {
    const own = ofMsp(mspId);
    if (own.some(({ to }) => to === null)) return [];
    const last = own.at(-1);
    return last
      ? [{ code: 'expelled_configured', subject: last.member, detail: mspId }]
      : [{ code: 'configured_unadmitted', subject: mspId, detail: '' }];
  });
  const lacking = governors
    .filter(({ to, mspId }) => to === null && mspId !== null && !configured.includes(mspId))
    .map(({ member, mspId }): Finding => ({ code: 'admitted_unconfigured', subject: member, detail: mspId ?? '' }));
  return [...extra, ...lacking];
};

const describeLists = (lists: readonly Opened[]): Finding => {
  const detail = lists.map((one) => {
    const { asOf, genesisHash } = one.channel.trust;
    const updates = one.channel.configurations.length - 1;
    return `${one.of} #${asOf.height}, block 0 ${genesisHash.slice(0, 8)}, ${updates} updates: ${governorsIn(one)}`;
  });
  return { code: 'lists_differ', subject: '', detail: detail.join('; ') };
};

const distinct = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((finding) => [`${finding.code} ${finding.subject} ${finding.detail}`, finding])).values(),
];

interface Judged extends Membership {
  readonly isOne: boolean;
}

/**
 * Lists that begin at one block 0. The newest configuration is that of the longest chain of signed updates; no list counts by the height
 * that it states, and each is judged, since nobody signed whom it names. The node of a governor that the configuration names no more
 * hears nothing more either: the others are asked.
 */
const judgeChannel = (opened: readonly Opened[]): Judged => {
  const [newest] = opened.toSorted((a, b) => b.channel.configurations.length - a.channel.configurations.length);
  const configured = newest?.channel.configurations.at(-1)?.application.map(({ mspId }) => mspId) ?? [];
  const inForce = opened.filter(({ mspId }) => mspId === undefined || configured.includes(mspId));
  const lists = inForce.length > 0 ? inForce : opened;
  const longest = newest ? chainOf(newest) : [];
  const isOne = lists.every((one) => isWithin(chainOf(one), longest)) && new Set(lists.map(governorsIn)).size < 2;
  return { configured, findings: lists.flatMap((one) => judgeList(one, configured)), isOne };
};

/**
 * Where the governors by the chaincode's rules and the organisations of the channel's configuration differ, and where nodes publish what
 * does not go together. Votes change the governors, administrators' signatures the configuration, and Fabric counts endorsements by the
 * latter.
 * @param genesisHash block 0 of the trust file, where there is one
 */
export const judgeMembership = async (probed: readonly Probed[], genesisHash?: string): Promise<Membership> => {
  const found = (await Promise.all(probed.map((one) => openList(one, genesisHash)))).filter((one) => one !== undefined);
  const faults = found.filter((one) => 'code' in one);
  const opened = found.filter((one) => 'channel' in one);
  const channels = Object.values(Object.groupBy(opened, ({ channel }) => channel.trust.genesisHash))
    .map((lists = []) => lists)
    .toSorted((a, b) => b.length - a.length);
  const judged = channels.map(judgeChannel);
  const isOne = judged.length < 2 && judged.every((one) => one.isOne);
  return {
    configured: judged[0]?.configured ?? null,
    findings: [
      ...faults,
      ...(isOne ? [] : [describeLists(opened)]),
      ...distinct(judged.flatMap(({ findings }) => findings)),
    ],
  };
};
