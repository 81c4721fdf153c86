import { VerificationError } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { encodeIdentity, type LedgerIdentity } from '../../ledger/index.ts';
import { followConfigurations } from '../config/chain.ts';
import { CHANNEL, changeBlock, genesisBlock } from '../config/fixtures/chain.ts';
import {
  channelGroup,
  type FabricMsp,
  mspOf,
  nodeUnits,
  organisationGroup,
  setValue,
} from '../config/fixtures/groups.ts';
import { makeMember, NOW, revocationList, subordinate } from '../config/fixtures/member.ts';
import { openConfiguration } from '../config/fixtures/open.ts';
import { termsOf } from '../config/terms.ts';
import { type IdentityRule, identify } from './identities.ts';

const [hengyuan, qichuan, zhengheng, dinggu] = await Promise.all(
  ['hengyuan', 'qichuan', 'zhengheng', 'dinggu'].map(makeMember),
);
if (!hengyuan || !qichuan || !zhengheng || !dinggu) throw new Error('four members');

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const hour = (hours: number): number => NOW.getTime() + hours * HOUR_MS;
const application = (group: ReturnType<typeof channelGroup>) => {
  const found = group.getGroupsMap().get('Application');
  if (found === undefined) throw new Error('a channel has members');
  return found;
};
const bytes = (pem: string) => new Uint8Array(Buffer.from(pem));

const rotated = await makeMember('qichuan');
const fresh: LedgerIdentity = await qichuan.issue(['peer'], { ca: rotated.ca });
const below = await subordinate(hengyuan.ca, 'below', { notAfter: new Date(hour(100)) });
const longLived = await dinggu.issue(['peer'], { ca: below, lifetimeMs: 1000 * HOUR_MS });

const lists = await revocationList(zhengheng.ca, [zhengheng.peer.certPem]);

type Change = (group: ReturnType<typeof channelGroup>) => void;
const changeMsp =
  (member: typeof hengyuan, change: (msp: FabricMsp) => void): Change =>
  (group) =>
    setValue(application(group).getGroupsMap().get(member.name) ?? application(group), 'MSP', mspOf(member, change));

/** Each configuration holds for an hour, and comes in every tenth block. */
const changes: readonly Change[] = [
  (group) => void application(group).getGroupsMap().set('dinggu', organisationGroup(dinggu)),
  (group) => void application(group).getGroupsMap().del('dinggu'),
  (group) => void application(group).getGroupsMap().set('dinggu', organisationGroup(dinggu)),
  changeMsp(qichuan, (msp) => {
    msp.setRootCertsList([bytes(rotated.ca.certPem)]);
    msp.setFabricNodeOus(nodeUnits());
  }),
  changeMsp(zhengheng, (msp) => msp.setRevocationListList([lists])),
  (group) =>
    setValue(
      application(group).getGroupsMap().get('dinggu') ?? application(group),
      'MSP',
      mspOf(dinggu, (msp) => {
        msp.setRootCertsList([bytes(dinggu.ca.certPem), bytes(hengyuan.ca.certPem)]);
        msp.setIntermediateCertsList([bytes(below.certPem)]);
        msp.setFabricNodeOus(nodeUnits());
      }),
    ),
];

const chainOf = async () => {
  const first = channelGroup([hengyuan, qichuan, zhengheng]);
  const blocks: Uint8Array[] = [];
  let group = first;
  for (const [at, change] of changes.entries()) {
    const signers = [hengyuan, qichuan, zhengheng, dinggu].map(({ admin }) => admin);
    const step = {
      signers,
      orderers: [hengyuan.orderer],
      number: (at + 1) * 10,
      sequence: at + 1,
      timeMs: hour(at + 1),
    };
    const changed = await changeBlock(group, change, step);
    blocks.push(changed.block);
    group = changed.group;
  }
  return followConfigurations(openConfiguration(await genesisBlock(first)), blocks, CHANNEL);
};
const configurations = await chainOf();
const organisations = termsOf(configurations, 'application');

const judge = async (identity: LedgerIdentity, rule: Partial<IdentityRule>): Promise<string> => {
  try {
    await identify(encodeIdentity(identity), { organisations, atMs: hour(1), ...rule }, 'endorser_identity');
    return 'counts';
  } catch (error) {
    if (error instanceof VerificationError && error.check === 'endorser_identity') return error.detail;
    throw error;
  }
};

describe('a certificate', () => {
  const inBlock = (block: number) => ({ under: { block } });
  it.each<[string, LedgerIdentity, Partial<IdentityRule>, string]>([
    ['of a founder, before everything', hengyuan.peer, { atMs: hour(0) }, 'counts'],
    ['of a founder, at the end', hengyuan.peer, { atMs: hour(90), under: 'newest' }, 'counts'],
    ['in another role', hengyuan.peer, { role: 'orderer' }, 'not a orderer’s'],
    ['before its MSP was on the channel', dinggu.peer, { atMs: hour(0.5) }, 'not on the channel at that time'],
    ['a few minutes before, by another clock', dinggu.peer, { atMs: hour(1) - 3 * MINUTE_MS }, 'counts'],
    ['while its MSP was on the channel', dinggu.peer, { atMs: hour(1.5) }, 'counts'],
    ['a few minutes after, by another clock', dinggu.peer, { atMs: hour(2) + 3 * MINUTE_MS }, 'counts'],
    ['after its MSP was removed', dinggu.peer, { atMs: hour(2.5) }, 'not on the channel at that time'],
    ['after its MSP came back', dinggu.peer, { atMs: hour(3.5) }, 'counts'],
    ['in the block that brings its MSP', dinggu.peer, inBlock(10), 'not on the channel'],
    ['in the block after', dinggu.peer, inBlock(11), 'counts'],
    ['in the block that removes its MSP', dinggu.peer, inBlock(20), 'counts'],
    ['in the block after that', dinggu.peer, inBlock(21), 'not on the channel'],
    ['of a founder, in block 0', hengyuan.peer, inBlock(0), 'counts'],
    ['of the old authority, before the new one', qichuan.peer, { atMs: hour(3.5) }, 'counts'],
    ['of the old authority, after', qichuan.peer, { atMs: hour(4.5) }, 'not_issued_by_root'],
    ['of the new authority, before', fresh, { atMs: hour(3.5) }, 'not_issued_by_root'],
    ['of the new authority, after', fresh, { atMs: hour(4.5) }, 'counts'],
    ['of either authority, while clocks leave open which', qichuan.peer, { atMs: hour(4) + MINUTE_MS }, 'counts'],
    ['before it was revoked', zhengheng.peer, { atMs: hour(4.5) }, 'counts'],
    ['after it was revoked', zhengheng.peer, { atMs: hour(5.5) }, 'revoked'],
    [
      'revoked a minute ago, by what is known now',
      zhengheng.peer,
      { atMs: hour(5) + MINUTE_MS, under: 'newest' },
      'revoked',
    ],
    ['of a member that revoked another', zhengheng.client, { atMs: hour(5.5) }, 'counts'],
    ['of an intermediate authority', longLived, { atMs: hour(50) }, 'counts'],
    ['of an intermediate authority that has expired', longLived, { atMs: hour(150) }, 'authority that issued'],
    ['before it is valid', hengyuan.peer, { atMs: hour(-1) }, 'not valid at that time'],
    ['after it is valid', hengyuan.peer, { atMs: hour(24 * 365 * 4) }, 'not valid at that time'],
    ['that names another MSP', { ...hengyuan.peer, mspId: 'qichuanMSP' }, { atMs: hour(1) }, 'not_issued_by_root'],
    ['of an MSP that was never there', { ...hengyuan.peer, mspId: 'strangerMSP' }, {}, 'no configuration names'],
  ])('%s: %s', async (_, identity, rule, expected) => {
    expect(await judge(identity, rule)).toContain(expected);
  });
});
