import {
  CREDIT_POLICY_1,
  instantMs,
  type ProposalRecord,
  type ProposedAction,
  proposalState,
  stateKey,
} from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { foundedLedger, type Name, openLedgerWith, START, type TestLedger, USCC } from '../../testing/ledger.ts';
import { outcomeOf, quorumOf } from './quorum.ts';

const GOVERNORS = ['hengyuan', 'qichuan', 'zhengheng', 'tongzhou', 'anlan'] as const satisfies readonly Name[];
const BLOCKLIST: ProposedAction = {
  action: 'credit.blocklist',
  company: USCC.xingu,
  ground: 'fatal_accident',
  evidence: [],
  termMonths: 12,
};
const refused = (code: string) => expect.objectContaining({ code });

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await foundedLedger(GOVERNORS);
});

const open = async (proposed: ProposedAction, by: string = 'hengyuan'): Promise<string> => {
  const proposal = ledger.id('prp');
  await ledger.send(by, 'proposal:open', { proposal, proposed });
  return proposal;
};
const vote = async (member: string, proposal: string, ballot: 'for' | 'against'): Promise<unknown> =>
  (await ledger.send(member, 'proposal:vote', { proposal, vote: ballot })).result;
const isBlocklisted = async () => (await ledger.state.get(stateKey.blocklisting(USCC.xingu))) !== undefined;

it.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
])('of %i governors, %i are a strict majority', (governors, quorum) => {
  expect(quorumOf(Array.from({ length: governors }, String))).toBe(quorum);
});

it.each([
  ['three for', 'fff', '', 'adopted'],
  ['two for, two against', 'ffaa', '', 'open'],
  ['three against', 'aaa', '', 'rejected'],
  ['three for, one of them expelled since', 'fff', '0', 'open'],
  ['two for, two of the silent expelled', 'ff', '34', 'open'],
  ['two for, the three others expelled', 'ff', '234', 'rejected'],
])('five governors, %s', (_, ballots, expelled, outcome) => {
  const electorate = ['0', '1', '2', '3', '4'];
  const votes = Object.fromEntries(
    [...ballots].map((ballot, at) => [String(at), ballot === 'f' ? 'for' : 'against'] as const),
  );
  expect(
    outcomeOf(
      { electorate, votes },
      electorate.filter((one) => !expelled.includes(one)),
    ),
  ).toBe(outcome);
});

it('opening is voting for, and the deciding vote carries the action out in the same transaction', async () => {
  const proposal = await open(BLOCKLIST);
  expect(await vote('qichuan', proposal, 'for')).toEqual({ proposal, outcome: 'open' });
  expect(await isBlocklisted()).toBe(false);
  const before = ledger.events.length;
  expect(await vote('zhengheng', proposal, 'for')).toEqual({ proposal, outcome: 'adopted' });
  expect(await isBlocklisted()).toBe(true);
  expect(ledger.events.slice(before).map(({ name }) => name)).toEqual([
    'proposal.voted',
    'proposal.decided',
    'credit.blocklisted',
  ]);
});

it('is rejected as soon as a majority has become impossible, and then closed', async () => {
  const proposal = await open(BLOCKLIST);
  expect(await vote('qichuan', proposal, 'against')).toMatchObject({ outcome: 'open' });
  expect(await vote('zhengheng', proposal, 'against')).toMatchObject({ outcome: 'open' });
  expect(await vote('tongzhou', proposal, 'against')).toMatchObject({ outcome: 'rejected' });
  await expect(vote('anlan', proposal, 'for')).rejects.toEqual(refused('proposal_closed'));
  expect(await isBlocklisted()).toBe(false);
});

it('counts one vote a member', async () => {
  const proposal = await open(BLOCKLIST);
  await expect(vote('hengyuan', proposal, 'against')).rejects.toEqual(refused('already_voted'));
  await vote('qichuan', proposal, 'against');
  await expect(vote('qichuan', proposal, 'for')).rejects.toEqual(refused('already_voted'));
});

it('drops the open vote of a governor that is expelled, at an unchanged quorum', async () => {
  const proposal = await open(BLOCKLIST, 'anlan');
  await vote('hengyuan', proposal, 'for');
  await ledger.adopt({ action: 'member.expel', member: 'anlan', windDownUntil: ledger.inDays(30) });
  expect(await vote('qichuan', proposal, 'for')).toMatchObject({ outcome: 'open' });
  expect(await vote('zhengheng', proposal, 'for')).toMatchObject({ outcome: 'adopted' });
});

it('is rejected when expulsions leave too few governors to adopt it', async () => {
  const expels = (member: string) => ledger.adopt({ action: 'member.expel', member, windDownUntil: ledger.inDays(30) });
  const proposal = await open(BLOCKLIST, 'tongzhou');
  await vote('zhengheng', proposal, 'against');
  await vote('qichuan', proposal, 'against');
  const untouched = await open({ ...BLOCKLIST, company: USCC.ruihan });
  await expels('anlan');
  expect(await ledger.record(stateKey.proposal(proposal))).toMatchObject({ outcome: 'rejected', version: 4 });
  expect(await ledger.record(stateKey.proposal(untouched))).toMatchObject({ outcome: 'open', version: 1 });
  expect(ledger.events.slice(-2)).toMatchObject([
    { name: 'member.expelled' },
    { name: 'proposal.decided', data: { proposal, outcome: 'rejected' } },
  ]);
  await expect(vote('hengyuan', proposal, 'for')).rejects.toEqual(refused('proposal_closed'));
});

describe('its end', () => {
  const LAPSES = '2026-12-22T02:00:00.000Z';
  const before = (ms: number) => ({ days: 30, ms: -ms });
  const record = (proposal: string) => ledger.record<ProposalRecord>(stateKey.proposal(proposal));

  it('is fixed at the opening, 30 days on, and told with it', async () => {
    const proposal = await open(BLOCKLIST);
    expect(await record(proposal)).toMatchObject({ openedAt: START, lapsesAt: LAPSES });
    expect(ledger.events.at(-1)).toMatchObject({ name: 'proposal.opened', data: { proposal, lapsesAt: LAPSES } });
    await vote('qichuan', proposal, 'against');
    expect(await record(proposal)).toMatchObject({ lapsesAt: LAPSES });
  });

  it('lets a vote of the last millisecond decide', async () => {
    const proposal = await open(BLOCKLIST);
    await vote('qichuan', proposal, 'for');
    ledger.pass(before(1));
    expect(proposalState(await record(proposal), instantMs(ledger.now))).toBe('open');
    expect(await vote('zhengheng', proposal, 'for')).toMatchObject({ outcome: 'adopted' });
    ledger.pass({ days: 30 });
    expect(proposalState(await record(proposal), instantMs(ledger.now))).toBe('adopted');
  });

  it.each(['for', 'against'] as const)('refuses every vote from then on (%s), and reads as lapsed', async (ballot) => {
    const proposal = await open(BLOCKLIST);
    await vote('qichuan', proposal, ballot);
    ledger.pass({ days: 30 });
    await expect(vote('zhengheng', proposal, ballot)).rejects.toEqual(refused('proposal_lapsed'));
    expect(await record(proposal)).toMatchObject({ outcome: 'open', version: 2 });
    expect(proposalState(await record(proposal), instantMs(ledger.now))).toBe('lapsed');
    expect(await isBlocklisted()).toBe(false);
  });

  it('says of one that was decided before that it is closed', async () => {
    const proposal = await open(BLOCKLIST);
    for (const member of ['qichuan', 'zhengheng']) await vote(member, proposal, 'for');
    ledger.pass({ days: 31 });
    await expect(vote('tongzhou', proposal, 'for')).rejects.toEqual(refused('proposal_closed'));
  });

  it('leaves room for a new one on the same matter', async () => {
    const lapsed = await open(BLOCKLIST);
    ledger.pass({ days: 30 });
    await ledger.adopt(BLOCKLIST);
    expect(await isBlocklisted()).toBe(true);
    expect(await record(lapsed)).toMatchObject({ outcome: 'open' });
  });

  it('is not taken for a rejection when its voters are expelled later', async () => {
    const proposal = await open(BLOCKLIST, 'tongzhou');
    for (const member of ['zhengheng', 'qichuan']) await vote(member, proposal, 'against');
    ledger.pass({ days: 30 });
    await ledger.adopt({ action: 'member.expel', member: 'anlan', windDownUntil: ledger.inDays(30) });
    expect(await record(proposal)).toMatchObject({ outcome: 'open', version: 3 });
    expect(ledger.events.at(-1)).toMatchObject({ name: 'member.expelled' });
  });
});

it('of one governor is adopted at the opening', async () => {
  const alone = await foundedLedger(['hengyuan']);
  await alone.adopt(BLOCKLIST);
  expect(alone.events.slice(-3).map(({ name }) => name)).toEqual([
    'proposal.opened',
    'proposal.decided',
    'credit.blocklisted',
  ]);
});

describe('what cannot be done', () => {
  it('cannot be proposed', async () => {
    await expect(open({ action: 'credit.lift_blocklisting', company: USCC.xingu })).rejects.toEqual(
      refused('invalid_transition'),
    );
    await expect(open({ action: 'member.expel', member: 'nobody', windDownUntil: ledger.now })).rejects.toEqual(
      refused('unknown_member'),
    );
  });

  it('when it became impossible after the opening, refuses the deciding vote and stays open', async () => {
    const first = await open(BLOCKLIST);
    await ledger.adopt(BLOCKLIST);
    await vote('qichuan', first, 'for');
    await expect(vote('zhengheng', first, 'for')).rejects.toEqual(refused('already_exists'));
    expect(await ledger.record(stateKey.proposal(first))).toMatchObject({ outcome: 'open' });
  });
});

it('has an id of its own, and an unknown one is refused', async () => {
  const proposal = await open(BLOCKLIST);
  await expect(ledger.send('qichuan', 'proposal:open', { proposal, proposed: BLOCKLIST })).rejects.toEqual(
    refused('already_exists'),
  );
  await expect(vote('qichuan', ledger.id('prp'), 'for')).rejects.toEqual(refused('unknown_proposal'));
});

describe('opening the channel', () => {
  it('ends the founding once', async () => {
    await ledger.adopt({ action: 'credit.adopt_policy', policy: CREDIT_POLICY_1, effectiveAt: ledger.now });
    await ledger.adopt({ action: 'channel.open' });
    expect(await ledger.record(stateKey.channel())).toMatchObject({ state: 'open' });
    await expect(open({ action: 'channel.open' })).rejects.toEqual(refused('channel_open'));
  });
});

it('the last governor cannot expel itself', async () => {
  const alone = await openLedgerWith(['hengyuan'], []);
  await expect(alone.adopt({ action: 'member.expel', member: 'hengyuan', windDownUntil: alone.now })).rejects.toEqual(
    refused('invalid_transition'),
  );
});
