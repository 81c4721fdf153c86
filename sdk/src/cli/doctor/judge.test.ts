import type { NodeInfo, TrustBundle } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from './findings.ts';
import { compareNodes, judgeKeys, judgeNode, judgeTrustAge } from './judge.ts';
import type { Probed } from './probe.ts';

const label = { zh: '内置账本（单一运营方）', en: 'embedded, one operator' };
const KID = 'A'.repeat(43);
const GENESIS = 'a'.repeat(64);
const key = { kid: KID, use: 'actor', jwk: { kty: 'EC', crv: 'P-256', x: KID, y: KID } } as const;

const nodeOf = (member: string, ledger: Partial<NodeInfo['ledger']> = {}, version = '0.1.0'): NodeInfo => ({
  member,
  company: '91990101MAAA00012T',
  kind: 'governor',
  name: { zh: '恒远港务集团', en: 'Hengyuan' },
  profile: 'development',
  labels: [],
  descriptor: { member, company: '91990101MAAA00012T', kind: 'governor', mspId: 'HengyuanMSP', keys: [key] },
  ledger: {
    kind: 'embedded',
    label,
    channel: 'anlian-local',
    chaincode: 'anlian',
    genesisHash: GENESIS,
    height: 100,
    reachable: true,
    waitingCommands: 0,
    ...ledger,
  },
  evidence: { origin: `anlian/anlian-local/${member}`, size: 0, anchoredSize: 0 },
  version,
});

const AWAITING = { due: 2, have: 1, missing: [{ member: 'qichuan', why: 'it does not answer' }] };
const witnessing = (evidence: Partial<NodeInfo['evidence']>): NodeInfo => {
  const node = nodeOf('hengyuan');
  return { ...node, evidence: { ...node.evidence, ...evidence } };
};

const WELL = { ready: true, database: true, following: true, height: 100, notices: [] };
const [RAN, OWN] = ['b'.repeat(64), 'a'.repeat(64)];
const PASSED = { from: 5, to: 20, blocks: 12, ran: `0.1.0+${RAN}`, own: OWN };
const passing = (...passedOver: readonly (typeof PASSED | { readonly ran: null; readonly own: null })[]) => ({
  ...WELL,
  notices: ['blocks_not_reexecuted'],
  reexecution: { height: 100, passedOver: passedOver.map((one) => ({ ...PASSED, ...one })) },
});

const probed = (change: Partial<Probed> = {}): Probed => ({
  url: 'http://hengyuan.localhost:7101',
  reached: true,
  readiness: { ...WELL, height: 100 },
  node: nodeOf('hengyuan'),
  published: null,
  unpublished: null,
  clockMs: 0,
  ...change,
});

const trustWith = (entry: { readonly to?: string | null; readonly compromisedSince?: string | null }): TrustBundle =>
  ({
    genesisHash: GENESIS,
    members: [{ member: 'hengyuan', keys: [{ key, from: '', to: null, compromisedSince: null, ...entry }] }],
  }) as unknown as TrustBundle;

const codes = (findings: readonly { readonly code: string }[]): string[] => findings.map(({ code }) => code);

describe('a node by itself', () => {
  it.each<[string, Partial<Probed>, string[]]>([
    ['is well', {}, []],
    ['does not answer', { reached: false, readiness: null, node: null, clockMs: null }, ['node_unreachable']],
    ['is another program', { readiness: null, node: null }, ['node_unreadable']],
    ['is not ready', { readiness: { ...WELL, ready: false, following: false, height: 1 } }, ['node_not_ready']],
    [
      'found an outcome that the rules do not give',
      { readiness: { ...WELL, notices: ['endorsement_not_reproduced'] } },
      ['endorsement_not_reproduced'],
    ],
    ['has other rules than the channel had', { readiness: passing(PASSED) }, ['blocks_not_reexecuted']],
    ['notices what a later version may', { readiness: { ...WELL, notices: ['of_later'] } }, []],
    ['publishes what nobody can read', { unpublished: 'unreadable' }, ['list_unreadable']],
    ['cannot publish', { unpublished: 'internal_error' }, ['list_unreadable']],
    ['has nothing to publish yet', { unpublished: 'channel_not_founded' }, []],
    ['cannot publish without its ledger, which is told', { unpublished: 'ledger_unavailable' }, []],
    [
      'has stopped at a ledger that contradicts itself',
      { readiness: { ...WELL, ready: false, following: false, height: 7, fault: 'ledger_corrupt' } },
      ['following_stopped'],
    ],
    ['has lost its ledger', { node: nodeOf('hengyuan', { reachable: false }) }, ['ledger_unreachable']],
    ['has commands in its queue', { node: nodeOf('hengyuan', { waitingCommands: 3 }) }, ['commands_waiting']],
    ['waits for a witness', { node: witnessing({ awaiting: AWAITING }) }, ['cosignatures_missing']],
    ['saw two logs split', { node: witnessing({ splitViews: 2 }) }, ['split_view']],
    ['saw none', { node: witnessing({ splitViews: 0 }) }, []],
    ['is 9 s off', { clockMs: -9_000 }, []],
    ['is 10 s behind', { clockMs: -10_000 }, ['clock_drifts']],
    ['is 120 s ahead, which the ledger refuses', { clockMs: 120_000 }, ['clock_off']],
  ])('%s', (_, change, expected) => {
    expect(codes(judgeNode(probed(change)))).toEqual(expected);
  });

  it('says where it stopped, and of what is tried again why it is not ready', () => {
    const readiness = { ...WELL, ready: false, following: false, height: 7 };
    const detailAt = (fault: string | null) => judgeNode(probed({ readiness: { ...readiness, fault } }))[0]?.detail;
    expect(detailAt('ledger_corrupt')).toBe('#7');
    expect(detailAt('internal_error')).toBe('database true, following false, internal_error');
    expect(detailAt(null)).toBe('database true, following false');
  });

  it('says how many blocks it did not run again, which, by which rules they ran and which it has', () => {
    const detailOf = (readiness: ReturnType<typeof passing>) => judgeNode(probed({ readiness }))[0]?.detail;
    expect(detailOf(passing(PASSED))).toEqual({
      zh: '12 个区块（#5–#20）：当时的规则 0.1.0+bbbbbbbbbbbb…，本节点的规则 aaaaaaaaaaaa…',
      en: '12 blocks (#5–#20): they ran rules 0.1.0+bbbbbbbbbbbb…, this node has aaaaaaaaaaaa…',
    });
    expect(detailOf(passing({ ran: null, own: null }, PASSED))).toMatchObject({
      en:
        '12 blocks (#5–#20): they ran rules that are not known, this node has rules that are not known; ' +
        '12 blocks (#5–#20): they ran rules 0.1.0+bbbbbbbbbbbb…, this node has aaaaaaaaaaaa…',
    });
  });

  it('names the members whose cosignatures are missing, and why', () => {
    const [found] = judgeNode(probed({ node: witnessing({ awaiting: AWAITING }) }));
    expect(found?.detail).toBe('1 of 2; qichuan: it does not answer');
  });
});

describe('nodes held against each other', () => {
  const compare = (...nodes: readonly NodeInfo[]) =>
    codes(
      compareNodes(
        nodes.map((node) => probed({ node })),
        null,
      ),
    );

  it.each<[string, NodeInfo, string[]]>([
    ['are alike', nodeOf('qichuan'), []],
    ['are a few blocks apart', nodeOf('qichuan', { height: 95 }), []],
    ['are far apart', nodeOf('qichuan', { height: 94 }), ['node_behind']],
    ['began elsewhere', nodeOf('qichuan', { genesisHash: 'b'.repeat(64) }), ['genesis_differs']],
    ['run other versions', nodeOf('qichuan', {}, '0.2.0'), ['versions_differ']],
  ])('%s', (_, other, expected) => {
    expect(compare(nodeOf('hengyuan'), other)).toEqual(expected);
  });

  it('begin elsewhere than the trust file', () => {
    const trust = { ...trustWith({}), genesisHash: 'b'.repeat(64) };
    expect(codes(compareNodes([probed()], trust))).toEqual(['genesis_differs']);
  });
});

describe('the keys that a node uses', () => {
  const past = '2026-01-01T00:00:00.000Z';
  it.each<[string, Parameters<typeof trustWith>[0], string[]]>([
    ['in force', {}, []],
    ['retired', { to: past }, ['key_ended']],
    ['compromised', { compromisedSince: past }, ['key_ended']],
  ])('are held against the trust file: %s', (_, entry, expected) => {
    expect(codes(judgeKeys(probed(), trustWith(entry)))).toEqual(expected);
  });

  it('are named when the trust file does not list them', () => {
    const empty = { ...trustWith({}), members: [] };
    expect(codes(judgeKeys(probed(), empty))).toEqual(['key_unlisted']);
  });
});

describe('a trust file by its age', () => {
  const trustAt = (height: number, member = 'hengyuan'): TrustBundle =>
    ({
      ...trustWith({}),
      updates: [],
      members: [{ member, keys: [] }],
      asOf: { height, at: `2026-01-01T00:00:00.${String(height).padStart(3, '0')}Z` },
    }) as unknown as TrustBundle;

  it.each<[string, number, TrustBundle | null, string[]]>([
    ['as far as the nodes', 100, null, []],
    ['further than the nodes', 101, null, []],
    ['older, and nobody publishes a list', 99, null, ['trust_old']],
    ['older, and the list published since has other members', 90, trustAt(95, 'tongzhou'), ['trust_old']],
    ['older, and the list published since is the same', 90, trustAt(95), []],
    ['older, and the list published is older still', 90, trustAt(85), ['trust_old']],
  ])('is judged: %s', (_, height, published, expected) => {
    expect(codes(judgeTrustAge([probed({ published })], trustAt(height)))).toEqual(expected);
  });

  const saying = (member: string, height: number, published: TrustBundle | null = null) =>
    probed({ node: nodeOf(member, { height }), published });

  it.each<[string, readonly Probed[], string[]]>([
    ['that one of three makes up', [saying('a', 9_999), saying('b', 90), saying('c', 90)], []],
    ['that one of two makes up', [saying('a', 9_999), saying('b', 90)], []],
    ['that most have reached', [saying('a', 100), saying('b', 100), saying('c', 0)], ['trust_old']],
    ['of nobody', [], []],
  ])('is judged by a height %s', (_, nodes, expected) => {
    expect(codes(judgeTrustAge(nodes, trustAt(90)))).toEqual(expected);
  });

  it('is old when most lists published since have other members, whatever one says and of which height', () => {
    const [same, other] = [trustAt(95), trustAt(95, 'tongzhou')];
    const liar = saying('a', 9_999, { ...same, asOf: { ...same.asOf, height: 9_999 } });
    expect(codes(judgeTrustAge([liar, saying('b', 95, other), saying('c', 95, other)], trustAt(90)))).toEqual([
      'trust_old',
    ]);
    const lone = saying('a', 9_999, { ...other, asOf: { ...other.asOf, height: 9_999 } });
    expect(codes(judgeTrustAge([lone, saying('b', 95, same), saying('c', 95, same)], trustAt(90)))).toEqual([]);
  });

  it('is told with both heights', () => {
    const [found] = judgeTrustAge([probed()], trustAt(90));
    expect(found?.detail).toEqual({
      zh: '信任文件 #90，节点 #100',
      en: 'the trust file is of height 90, nodes at 100',
    });
  });
});

it('every finding says in both languages what it is and what to do', () => {
  for (const { text, remedy } of Object.values(FINDINGS)) {
    expect(`${text.zh}${remedy.zh}`).toMatch(/\p{Script=Han}/u);
    expect(`${text.en}${remedy.en}`).not.toMatch(/\p{Script=Han}/u);
  }
});
