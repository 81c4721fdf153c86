import { type NodeInfo, type TrustBundle, toBase64Url, toHex } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { decodeBlock, headerHash } from '../../ledger/index.ts';
import { CHANNEL, changeBlock, genesisBlock } from '../../verify/config/fixtures/chain.ts';
import { channelGroup, organisationGroup } from '../../verify/config/fixtures/groups.ts';
import { type Member, makeMember } from '../../verify/config/fixtures/member.ts';
import { judgeMembership } from './membership.ts';
import type { Probed } from './probe.ts';

const AT = '2026-11-22T00:00:00.000Z';
const NAMES = ['hengyuan', 'qichuan', 'zhengheng', 'tongzhou'] as const;
const [hengyuan, qichuan, zhengheng, tongzhou] = (await Promise.all(NAMES.map(makeMember))) as [
  Member,
  Member,
  Member,
  Member,
];
const [A, B, C, D] = NAMES.map((name) => `${name}MSP`) as [string, string, string, string];
const signers = [hengyuan, qichuan, zhengheng].map(({ admin }) => admin);
const orderers = [hengyuan.orderer];

const beginning = channelGroup([hengyuan, qichuan, zhengheng]);
const genesis = await genesisBlock(beginning);
const genesisHash = toHex(await headerHash(decodeBlock(genesis, 'invalid_input').header));
const update = async (change: (members: Map) => void, by = signers) => {
  const step = { signers: by, orderers, number: 3, sequence: 1 };
  const { block } = await changeBlock(beginning, (group) => change(membersIn(group)), step);
  return toBase64Url(block);
};
type Map = ReturnType<ReturnType<typeof channelGroup>['getGroupsMap']>;
const membersIn = (group: ReturnType<typeof channelGroup>): Map => {
  const members = group.getGroupsMap().get('Application')?.getGroupsMap();
  if (members === undefined) throw new Error('a channel has members');
  return members;
};
const withoutC = await update((members) => void members.del('zhengheng'));
const withD = await update((members) => void members.set('tongzhou', organisationGroup(tongzhou)));
/** One administrator of three is no majority. */
const alone = await update((members) => void members.del('zhengheng'), [hengyuan.admin]);

const governor = (mspId: string, to: string | null = null, kind: 'governor' | 'participant' = 'governor') => ({
  member: mspId.slice(0, -3),
  company: '91990101MAAA00012T',
  kind,
  mspId,
  from: AT,
  to,
  keys: [],
});
const founders = [A, B, C].map((mspId) => governor(mspId));
const expelled = [governor(A), governor(B), governor(C, AT)];

interface Says {
  readonly height?: number;
  readonly updates?: readonly string[];
  readonly ledger?: TrustBundle['ledger'];
}

/** A node of a member, and the list that it publishes. */
const node = (
  member: string,
  members: TrustBundle['members'],
  { height = 9, updates = [], ledger }: Says = {},
): Probed => ({
  url: `http://${member}.localhost`,
  reached: true,
  readiness: null,
  node: { member, descriptor: { mspId: `${member}MSP` } } as unknown as NodeInfo,
  published: {
    v: 1,
    channel: CHANNEL,
    chaincode: 'anlian',
    ledger: ledger ?? 'fabric',
    genesisHash,
    genesis: toBase64Url(genesis),
    updates: [...updates],
    k: 2,
    witnesses: 1,
    voteAssertions: ['passkey'],
    personAssertions: ['passkey'],
    members,
    asOf: { height, at: AT },
    publishedBy: [member],
  },
  unpublished: null,
  clockMs: null,
});
const findings = async (...nodes: Probed[]) => (await judgeMembership(nodes)).findings;

describe('the channel’s configuration against the governors on the ledger', () => {
  it('is silent where they are the same, and where nobody publishes them', async () => {
    expect(await judgeMembership([node('hengyuan', founders)])).toEqual({ configured: [A, B, C], findings: [] });
    expect(await judgeMembership([])).toEqual({ configured: null, findings: [] });
    const embedded = node('hengyuan', [governor(A)], { ledger: 'embedded' });
    expect(await judgeMembership([embedded])).toEqual({ configured: null, findings: [] });
  });

  it('tells an expulsion that the configuration has not followed, until it has', async () => {
    expect(await findings(node('hengyuan', expelled))).toEqual([
      { code: 'expelled_configured', subject: 'zhengheng', detail: C },
    ]);
    expect(await findings(node('hengyuan', expelled, { updates: [withoutC] }))).toEqual([]);
  });

  it('tells an organisation that nobody voted in', async () => {
    expect(await findings(node('hengyuan', founders, { updates: [withD] }))).toEqual([
      { code: 'configured_unadmitted', subject: D, detail: '' },
    ]);
  });

  it('tells a governor that cannot endorse yet; a participant never could', async () => {
    const members = [...founders, governor(D), governor('contractorMSP', null, 'participant')];
    expect(await findings(node('hengyuan', members))).toEqual([
      { code: 'admitted_unconfigured', subject: 'tongzhou', detail: D },
    ]);
  });

  it('goes by the configuration that most signed updates lead to: an expelled governor’s node hears no more', async () => {
    const behind = node('zhengheng', [...expelled.slice(1), governor(A)], { height: 5 });
    expect(await findings(behind, node('hengyuan', expelled, { updates: [withoutC] }))).toEqual([]);
  });

  it('tells a difference once, though every node shows it', async () => {
    expect(await findings(node('hengyuan', expelled), node('qichuan', expelled))).toHaveLength(1);
  });
});

describe('lists of several nodes', () => {
  it('are each judged: a height that is made up hides nothing', async () => {
    const honest = node('hengyuan', expelled);
    const liar = node('qichuan', founders, { height: 999_999 });
    for (const both of [
      [honest, liar],
      [liar, honest],
    ]) {
      const found = await findings(...both);
      expect(found).toContainEqual({ code: 'expelled_configured', subject: 'zhengheng', detail: C });
      expect(found.map(({ code }) => code)).toContain('lists_differ');
    }
  });

  it('that name other governors are told with who says what', async () => {
    const of = `block 0 ${genesisHash.slice(0, 8)}, 0 updates`;
    const [found] = await findings(node('hengyuan', expelled), node('qichuan', founders, { height: 12 }));
    expect(found).toEqual({
      code: 'lists_differ',
      subject: '',
      detail:
        `hengyuan #9, ${of}: hengyuan (hengyuanMSP), qichuan (qichuanMSP); ` +
        `qichuan #12, ${of}: hengyuan (hengyuanMSP), qichuan (qichuanMSP), zhengheng (zhenghengMSP)`,
    });
  });

  it('whose configurations part are told, though they name the same governors', async () => {
    const nodes = [
      node('hengyuan', founders, { updates: [withD] }),
      node('qichuan', founders, { updates: [withoutC] }),
    ];
    expect((await findings(...nodes)).map(({ code }) => code)).toContain('lists_differ');
  });

  it('that begin at different blocks are told, and the longer chain of one hides nothing of the other', async () => {
    const alone = await makeMember('qichuan');
    const [own, by] = [channelGroup([alone]), { signers: [alone.admin], orderers: [alone.orderer] }];
    const add = (group: typeof own) => void membersIn(group).set('tongzhou', organisationGroup(tongzhou));
    const { block } = await changeBlock(own, add, { ...by, number: 1, sequence: 1 });
    const first = await genesisBlock(own);
    const elsewhere = {
      genesis: toBase64Url(first),
      genesisHash: toHex(await headerHash(decodeBlock(first, 'invalid_input').header)),
    };
    const liar = node('qichuan', [governor(B), governor(D)], { updates: [toBase64Url(block)] });
    const lying = { ...liar, published: { ...(liar.published as TrustBundle), ...elsewhere } };
    const found = await findings(lying, node('hengyuan', expelled));
    expect(found.map(({ code }) => code)).toEqual(['lists_differ', 'expelled_configured']);
    expect((await judgeMembership([lying], genesisHash)).findings).toMatchObject([{ code: 'list_invalid' }]);
  });

  it('of which one is a configuration behind are no disagreement', async () => {
    const nodes = [node('hengyuan', expelled, { updates: [withoutC] }), node('qichuan', expelled)];
    expect(await findings(...nodes)).toEqual([]);
  });

  it.each<[string, () => Probed]>([
    ['an update that too few signed', () => node('qichuan', expelled, { updates: [alone] })],
    ['an update from beyond its own height', () => node('qichuan', expelled, { updates: [withoutC], height: 2 })],
    [
      'another block 0 than it says',
      () => {
        const one = node('qichuan', founders);
        return { ...one, published: { ...(one.published as TrustBundle), genesisHash: 'f'.repeat(64) } };
      },
    ],
  ])('do not count with %s, and it is told', async (_, forged) => {
    const found = await judgeMembership([forged(), node('hengyuan', founders)]);
    expect(found.configured).toEqual([A, B, C]);
    expect(found.findings).toMatchObject([{ code: 'list_invalid', subject: 'qichuan' }]);
  });
});
