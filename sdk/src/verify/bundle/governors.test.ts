import { type TrustBundle, type TrustedMember, toBase64Url, toHex, toInstant } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { decodeBlock, headerHash } from '../../ledger/index.ts';
import { CHANNEL, changeBlock, genesisBlock } from '../config/fixtures/chain.ts';
import { channelGroup, organisationGroup } from '../config/fixtures/groups.ts';
import { type Member, makeMember, NOW } from '../config/fixtures/member.ts';
import { signaturesDue, witnessesDue } from './governors.ts';
import { openTrust, type TrustedChannel } from './trust.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const hour = (hours: number): number => NOW.getTime() + hours * HOUR_MS;

const nine = await Promise.all([...'abcdefghi'].map((letter) => makeMember(`${letter}org`)));
const [three, five] = [nine.slice(0, 3), nine.slice(0, 5)];

/** A list entry, as if whoever makes the file had everybody there from the start. */
const listed = ({ name, mspId }: Member, to: number | null = null): TrustedMember => ({
  member: name,
  company: '91990101MAAA00012T',
  kind: 'governor',
  mspId,
  from: toInstant(hour(0)),
  to: to === null ? null : toInstant(to),
  keys: [],
});

/** A channel of `founders` whose one update, after an hour, leaves it to `later`. */
const channelOf = async (
  founders: readonly Member[],
  later: readonly Member[] = founders,
  change: Partial<TrustBundle> = {},
): Promise<TrustedChannel> => {
  const group = channelGroup(founders);
  const genesis = await genesisBlock(group);
  const step = {
    signers: founders.map(({ admin }) => admin),
    orderers: founders.slice(0, 1).map(({ orderer }) => orderer),
    number: 10,
    sequence: 1,
    timeMs: hour(1),
  };
  const follow = (present: typeof group): void => {
    const organisations = present.getGroupsMap().get('Application')?.getGroupsMap();
    for (const { name } of founders) if (!later.some((one) => one.name === name)) organisations?.del(name);
    for (const one of later) if (!founders.includes(one)) organisations?.set(one.name, organisationGroup(one));
  };
  const updates = later === founders ? [] : [toBase64Url((await changeBlock(group, follow, step)).block)];
  return openTrust({
    v: 1,
    channel: CHANNEL,
    chaincode: 'anlian',
    ledger: 'fabric',
    genesisHash: toHex(await headerHash(decodeBlock(genesis, 'invalid_input').header)),
    genesis: toBase64Url(genesis),
    updates,
    k: 1,
    witnesses: 1,
    voteAssertions: ['development'],
    personAssertions: ['development'],
    members: [...new Set([...founders, ...later])].map((one) => listed(one)),
    asOf: { height: 20, at: toInstant(hour(2)) },
    publishedBy: [],
    ...change,
  });
};

const shrunk = await channelOf(five, three, { k: 3 });
const grown = await channelOf(three, nine, { k: 2 });

describe('signatures due', () => {
  it('are a strict majority of the organisations in the pinned genesis block, whomever the file lists and whatever k it states', async () => {
    const [first] = five;
    const members = first ? [listed(first)] : [];
    expect(signaturesDue(await channelOf(five, five, { k: 1, members }), hour(1))).toEqual({ least: 3, most: 3 });
    expect(signaturesDue(await channelOf(five, five, { k: 5 }), hour(1))).toEqual({ least: 3, most: 3 });
  });

  it.each<[string, TrustedChannel, number, number, number]>([
    ['five, before two leave', shrunk, hour(1) - 10 * MINUTE_MS, 3, 3],
    ['five, just before two leave', shrunk, hour(1) - MINUTE_MS, 2, 3],
    ['three, just after two left', shrunk, hour(1) + MINUTE_MS, 2, 3],
    ['three, though k was 3', shrunk, hour(1) + 10 * MINUTE_MS, 2, 2],
    ['three, before six come', grown, hour(1) - 10 * MINUTE_MS, 2, 2],
    ['three, just before six come', grown, hour(1) - MINUTE_MS, 2, 5],
    ['nine, just after six came', grown, hour(1) + MINUTE_MS, 2, 5],
    ['nine', grown, hour(1) + 10 * MINUTE_MS, 5, 5],
    ['three, before anything', grown, hour(-1000), 2, 2],
  ])('of %s', (_, channel, atMs, least, most) => {
    expect(signaturesDue(channel, atMs)).toEqual({ least, most });
  });

  it('are by the newest configuration where the time is nobody’s but the asker’s', () => {
    expect(signaturesDue(grown, hour(0), 'newest')).toEqual({ least: 5, most: 5 });
    expect(signaturesDue(shrunk, hour(0), 'newest')).toEqual({ least: 2, most: 2 });
  });
});

describe('cosignatures due', () => {
  const [owner = '', second, third] = five.map(({ name }) => name);

  it('are a majority of the other organisations, whomever the file lists and however few it states', async () => {
    const bare = await channelOf(five, five, { witnesses: 0, members: five.slice(0, 1).map((one) => listed(one)) });
    expect(witnessesDue(bare, owner, hour(1))).toBe(3);
    expect(witnessesDue(bare, 'a-participant', hour(1))).toBe(3);
  });

  it('follow the configuration, and between two ask for the fewer', () => {
    expect(witnessesDue(grown, owner, hour(0))).toBe(2);
    expect(witnessesDue(grown, owner, hour(1) + MINUTE_MS)).toBe(2);
    expect(witnessesDue(grown, owner, hour(2))).toBe(5);
  });

  it('do not wait for the channel to follow an expulsion', async () => {
    const members = five.map((one) => listed(one, [second, third].includes(one.name) ? hour(1) : null));
    const voted = await channelOf(five, five, { members });
    expect(witnessesDue(voted, owner, hour(0.5))).toBe(3);
    expect(witnessesDue(voted, owner, hour(1.5))).toBe(2);
  });

  it('are none of a channel with one governor', async () => {
    expect(witnessesDue(await channelOf(nine.slice(0, 1)), owner, hour(1))).toBe(0);
  });
});
