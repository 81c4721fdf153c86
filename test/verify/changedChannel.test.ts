import {
  type BlockBundle,
  type CheckName,
  canonicalBytes,
  fromBase64Url,
  type TransactionBundle,
  type TrustBundle,
  type TrustedMember,
  toBase64Url,
  toHex,
  toInstant,
  type ViewBundle,
} from '@anlian/contracts';
import { decodeBlock, headerHash, type LedgerIdentity } from '@anlian/sdk/ledger';
import { verifyBundle } from '@anlian/sdk/verify';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeBlock, genesisBlock } from '../../sdk/src/verify/config/fixtures/chain.ts';
import { channelGroup, organisationGroup } from '../../sdk/src/verify/config/fixtures/groups.ts';
import { type Member, makeMember, NOW } from '../../sdk/src/verify/config/fixtures/member.ts';
import { transactionBundle } from '../support/evidenceNetwork.ts';
import { forgeBlock } from '../support/forgedBlock.ts';
import { forgeAttested, forgeEnvelope } from '../support/forgedProof.ts';
import { forgeView } from '../support/forgedView.ts';
import { CHAINCODE, CHANNEL, freshKey, type Governor, signedBy } from '../support/governors.ts';
import { blockBundleOf } from '../support/ledgerBundles.ts';

const DAY_MS = 86_400_000;
/** The governors change ten days after the channel was founded; proofs are verified after twenty. */
const [FIRST_DAY, CHANGED, LATER] = [1, 10, 20].map((days) => NOW.getTime() + days * DAY_MS) as [
  number,
  number,
  number,
];

const nine = await Promise.all([...'abcdefghi'].map((letter) => makeMember(`${letter}org`)));
const [three, five] = [nine.slice(0, 3), nine.slice(0, 5)];
const actor = freshKey('actor');

const listed = (one: Member, from: number, to: number | null): TrustedMember => ({
  member: one.name,
  company: '91990101MAAA00012T',
  kind: 'governor',
  mspId: one.mspId,
  from: toInstant(from),
  to: to === null ? null : toInstant(to),
  keys: one === nine[0] ? [{ key: actor.descriptor, from: toInstant(from), to: null, compromisedSince: null }] : [],
});

/** The trust file of a channel whose governors were `founders` and are `later`. */
const trustOf = async (founders: readonly Member[], later: readonly Member[]): Promise<TrustBundle> => {
  const group = channelGroup(founders);
  const genesis = await genesisBlock(group, CHANNEL);
  const follow = (present: typeof group): void => {
    const organisations = present.getGroupsMap().get('Application')?.getGroupsMap();
    for (const one of founders) if (!later.includes(one)) organisations?.del(one.name);
    for (const one of later) if (!founders.includes(one)) organisations?.set(one.name, organisationGroup(one));
  };
  const { block } = await changeBlock(group, follow, {
    signers: founders.map(({ admin }) => admin),
    orderers: founders.slice(0, 1).map(({ orderer }) => orderer),
    number: 10,
    sequence: 1,
    timeMs: CHANGED,
    channel: CHANNEL,
    updateChannel: CHANNEL,
  });
  return {
    v: 1,
    channel: CHANNEL,
    chaincode: CHAINCODE,
    ledger: 'fabric',
    genesisHash: toHex(await headerHash(decodeBlock(genesis, 'invalid_input').header)),
    genesis: toBase64Url(genesis),
    updates: [toBase64Url(block)],
    k: Math.floor(founders.length / 2) + 1,
    witnesses: 1,
    voteAssertions: ['development'],
    personAssertions: ['development'],
    members: [...new Set([...founders, ...later])].map((one) =>
      listed(one, founders.includes(one) ? NOW.getTime() : CHANGED, later.includes(one) ? null : CHANGED),
    ),
    asOf: { height: 20, at: toInstant(LATER) },
    publishedBy: [],
  };
};

const grown = await trustOf(three, nine);
const shrunk = await trustOf(five, three);

const peersOf = (members: readonly Member[]): LedgerIdentity[] => members.map(({ peer }) => peer);

const forgery = (endorsers: readonly Member[], timeMs: number) => {
  vi.setSystemTime(timeMs);
  const signer = { member: nine[0]?.name, actor: actor.privateKey, descriptor: { keys: [actor.descriptor] } };
  return {
    signed: signedBy(signer as Governor, 'site:register', { site: 'made-up' }),
    result: { site: 'made-up' },
    submitter: (nine[0] as Member).client,
    endorsers: peersOf(endorsers),
    timeMs,
  };
};

/** A transaction of the first day, proven at a time that the asker states. */
const transaction = async (
  attestors: readonly Member[],
  endorsers: readonly Member[],
  askedMs: number,
): Promise<TransactionBundle> =>
  transactionBundle(await forgeAttested({ ...forgery(endorsers, FIRST_DAY), attestors: peersOf(attestors), askedMs }));

const view = (endorsers: readonly Member[], askedMs: number): Promise<ViewBundle> =>
  forgeView({ asker: (nine[0] as Member).client, endorsers: peersOf(endorsers), askedMs });

const refusalOf = async (
  file: TransactionBundle | ViewBundle | BlockBundle,
  trusted: TrustBundle,
  nowMs = LATER,
): Promise<CheckName | 'proven'> => {
  const options = { now: new Date(nowMs), pinnedGenesis: trusted.genesisHash };
  return (await verifyBundle(canonicalBytes(file), trusted, options)).checks.find(({ ok }) => !ok)?.name ?? 'proven';
};

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterAll(() => void vi.useRealTimers());

describe('a channel of three governors that are nine now', () => {
  it('believes five of them, of what two endorsed when they were three', async () => {
    expect(await refusalOf(await transaction(nine.slice(4), three.slice(1), LATER), grown)).toBe('proven');
  });

  it('does not believe two founders that sign as if they were asked in the first days', async () => {
    expect(await refusalOf(await transaction(three.slice(1), three.slice(1), FIRST_DAY), grown)).toBe('endorsement');
  });

  it('does not believe one founder whose file lists it alone and asks for one', async () => {
    const lax = { ...grown, k: 1, members: grown.members.slice(0, 1) };
    const [first] = three;
    const alone = first ? [first] : [];
    expect(await refusalOf(await transaction(alone, alone, LATER), lax)).toBe('endorsement');
    expect(await refusalOf(await view(alone, LATER), lax)).toBe('endorsement');
    expect(await refusalOf(await view(alone, FIRST_DAY), { ...lax, updates: [] })).toBe('endorsement');
  });

  it('still shows what two of three held in the first days', async () => {
    expect(await refusalOf(await view(three.slice(1), FIRST_DAY), grown)).toBe('proven');
    expect(await refusalOf(await view(three.slice(1), LATER), grown)).toBe('endorsement');
    expect(await refusalOf(await view(nine.slice(0, 5), LATER), grown)).toBe('proven');
  });
});

describe('an update that an orderer dated', () => {
  it('after the trust file was made, or after now, is refused: it would keep those before it in force', async () => {
    const file = await view(three.slice(1), FIRST_DAY);
    expect(await refusalOf(file, grown)).toBe('proven');
    const older = { ...grown, asOf: { ...grown.asOf, at: toInstant(CHANGED - DAY_MS) } };
    expect(await refusalOf(file, older)).toBe('trust_configuration');
    expect(await refusalOf(file, grown, CHANGED - DAY_MS)).toBe('trust_configuration');
    const minute = { ...grown, asOf: { ...grown.asOf, at: toInstant(CHANGED - 60_000) } };
    expect(await refusalOf(file, minute)).toBe('proven');
  });
});

describe('a whole block is judged by its number', () => {
  /** About the time when the channel grew, whose clocks leave open which number of endorsements was due. */
  const blockOf = async (number: number, endorsers: readonly Member[]): Promise<BlockBundle> => {
    const { envelope } = await forgeEnvelope(forgery(endorsers, CHANGED));
    const orderer = three[0]?.orderer;
    const bytes = await forgeBlock(fromBase64Url(grown.genesis), {
      header: { number, previousHash: new Uint8Array(32) },
      envelopes: [envelope],
      lastConfig: number > 10 ? 10 : 0,
      signedBy: orderer ? [orderer] : [],
    });
    return blockBundleOf(bytes);
  };

  it('two of three suffice up to the block that made nine of them, and five after it', async () => {
    expect(await refusalOf(await blockOf(10, three.slice(1)), grown)).toBe('proven');
    expect(await refusalOf(await blockOf(11, three.slice(1)), grown)).toBe('block_transactions');
    expect(await refusalOf(await blockOf(11, nine.slice(4)), grown)).toBe('proven');
    expect(await refusalOf(await blockOf(10, nine.slice(4)), grown)).toBe('block_transactions');
  });
});

describe('a channel of five governors that are three now', () => {
  it('believes two of the three, though its founders agreed on three of five', async () => {
    expect(await refusalOf(await transaction(three.slice(1), five.slice(2), LATER), shrunk)).toBe('proven');
    expect(await refusalOf(await view(three.slice(1), LATER), shrunk)).toBe('proven');
  });

  it('believes no member that left, whenever it says that it was asked', async () => {
    expect(await refusalOf(await transaction(five.slice(2), three, FIRST_DAY), shrunk)).toBe('endorser_identity');
  });

  it('believes no governor voted out before the channel followed', async () => {
    const { members } = shrunk;
    const out = members.map((one) => (one.mspId === three[2]?.mspId ? { ...one, to: toInstant(CHANGED) } : one));
    const file = await transaction(three.slice(1), three, FIRST_DAY);
    expect(await refusalOf(file, shrunk)).toBe('proven');
    expect(await refusalOf(file, { ...shrunk, members: out })).toBe('endorser_identity');
  });

  it('does not count an endorsement of two while they were five', async () => {
    const file = await transaction(three.slice(1), three.slice(1), LATER);
    expect(await refusalOf(file, shrunk)).toBe('transaction_endorsement');
  });
});
