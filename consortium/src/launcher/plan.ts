import type { FabricPlan } from '../fabric/plan.ts';

/** One member's node as the launcher runs it. */
export interface MemberPlan {
  readonly member: string;
  readonly company: string;
  readonly kind: 'governor' | 'participant';
  readonly name: { readonly zh: string; readonly en: string };
  readonly port: number;
}

/** Ports of a local consortium, from the first one on: the ledger, then each member's node. */
export interface ConsortiumPlan {
  readonly channel: string;
  readonly chaincode: string;
  /** Of the embedded ledger. */
  readonly ledgerPort: number;
  /** The network that stands in its place. */
  readonly fabric: FabricPlan | undefined;
  readonly members: readonly MemberPlan[];
}

/** What the consortium's ledger is: it stays what it was at the first start. */
export const LEDGERS = ['embedded', 'fabric'] as const;
export type LauncherLedger = (typeof LEDGERS)[number];

export const DEFAULT_FIRST_PORT = 7100;

/** STARTING-SET's nodes: three governors and one participant. */
const MEMBERS = [
  {
    member: 'hengyuan',
    company: '91990101MAAA00012T',
    kind: 'governor',
    name: { zh: '恒远港务集团', en: 'Hengyuan Port Group' },
  },
  {
    member: 'qichuan',
    company: '91990202MAAA000209',
    kind: 'governor',
    name: { zh: '启川汽车制造', en: 'Qichuan Motors' },
  },
  {
    member: 'zhengheng',
    company: '91990101MAAA0008XM',
    kind: 'governor',
    name: { zh: '正衡安全评价', en: 'Zhengheng Safety Assessment' },
  },
  {
    member: 'dinggu',
    company: '91990101MAAA00039J',
    kind: 'participant',
    name: { zh: '鼎固建设工程', en: 'Dinggu Construction' },
  },
] as const satisfies readonly Omit<MemberPlan, 'port'>[];

export const planConsortium = (firstPort: number, fabric?: FabricPlan): ConsortiumPlan => ({
  channel: 'anlian-local',
  chaincode: 'anlian',
  ledgerPort: firstPort,
  fabric,
  members: MEMBERS.map((member, at) => ({ ...member, port: firstPort + 1 + at })),
});

/** Address of a member's node: its own name under `.localhost` (RFC 6761), so that cookies and origins stay apart. */
export const memberUrl = ({ member, port }: Pick<MemberPlan, 'member' | 'port'>): string =>
  `http://${member}.localhost:${port}`;

/** The governor that carries participants' commands. */
export const carrierOf = (plan: ConsortiumPlan): MemberPlan => {
  const governor = plan.members.find((member) => member.kind === 'governor');
  if (!governor) throw new RangeError('a consortium needs a governor');
  return governor;
};
