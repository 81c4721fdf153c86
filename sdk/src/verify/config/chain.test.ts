import { VerificationError } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import type { ConfigGroup } from '../../ledger/codec/index.ts';
import { followConfigurations } from './chain.ts';
import type { Configuration } from './configuration.ts';
import { CHANNEL, type Changed, changeBlock, genesisBlock, type Step } from './fixtures/chain.ts';
import {
  by,
  capabilities,
  channelGroup,
  implicit,
  organisationGroup,
  outOf,
  roleOf,
  setPolicy,
  setValue,
  signatures,
} from './fixtures/groups.ts';
import { type Member, makeMember } from './fixtures/member.ts';
import { openConfiguration } from './fixtures/open.ts';

const application = (group: ConfigGroup): ConfigGroup => group.getGroupsMap().get('Application') as ConfigGroup;
const ordering = (group: ConfigGroup): ConfigGroup => group.getGroupsMap().get('Orderer') as ConfigGroup;
const organisation = (group: ConfigGroup, member: Member): ConfigGroup =>
  application(group).getGroupsMap().get(member.name) as ConfigGroup;

const [hengyuan, qichuan, zhengheng, dinggu] = await Promise.all(
  ['hengyuan', 'qichuan', 'zhengheng', 'dinggu'].map(makeMember),
);
if (!hengyuan || !qichuan || !zhengheng || !dinggu) throw new Error('four members');
const founders = [hengyuan, qichuan, zhengheng];
const first = channelGroup(founders);

const add = (member: Member) => (group: ConfigGroup) => {
  application(group).getGroupsMap().set(member.name, organisationGroup(member));
};
const remove = (member: Member) => (group: ConfigGroup) => {
  application(group).getGroupsMap().del(member.name);
};

const honest = { signers: [hengyuan.admin, qichuan.admin], orderers: [hengyuan.orderer], number: 5, sequence: 1 };
const step = (change: (group: ConfigGroup) => void, how: Partial<Step> = {}, before = first): Promise<Changed> =>
  changeBlock(before, change, { ...honest, ...how });

const follow = async (blocks: readonly Uint8Array[], from = first) =>
  followConfigurations(openConfiguration(await genesisBlock(from)), blocks, CHANNEL);
const mspIds = ({ application: of }: Configuration) => of.map(({ mspId }) => mspId).sort();

/** Why a chain is refused; `holds` when it is not. */
const refusal = async (blocks: readonly Uint8Array[], from = first): Promise<string> => {
  try {
    await follow(blocks, from);
    return 'holds';
  } catch (error) {
    if (error instanceof VerificationError && error.check === 'trust_configuration') return error.detail;
    throw error;
  }
};

describe('a chain of configurations', () => {
  it('goes from members to members as majorities of each decided', async () => {
    const one = await step(add(dinggu));
    const two = await step(
      remove(zhengheng),
      { number: 9, sequence: 2, signers: [qichuan.admin, hengyuan.admin, dinggu.admin] },
      one.group,
    );
    const chain = await follow([one.block, two.block]);
    expect(chain.map(mspIds)).toEqual([
      ['hengyuanMSP', 'qichuanMSP', 'zhenghengMSP'],
      ['dingguMSP', 'hengyuanMSP', 'qichuanMSP', 'zhenghengMSP'],
      ['dingguMSP', 'hengyuanMSP', 'qichuanMSP'],
    ]);
    expect(chain.map(({ block }) => block.number)).toEqual([0, 5, 9]);
  });

  it('counts a majority of the members of the time', async () => {
    const one = await step(add(dinggu));
    const two = (signers: Step['signers']) =>
      step(remove(zhengheng), { number: 9, sequence: 2, signers }, one.group).then(({ block }) => block);
    expect(await refusal([one.block, await two([hengyuan.admin, qichuan.admin])])).toContain('do not satisfy');
    expect(await refusal([one.block, await two([hengyuan.admin, qichuan.admin, dinggu.admin])])).toBe('holds');
  });

  it('does not count who was removed', async () => {
    const one = await step(remove(zhengheng));
    const next = (signers: Step['signers']) =>
      step(add(dinggu), { number: 9, sequence: 2, signers }, one.group).then(({ block }) => block);
    expect(await refusal([one.block, await next([hengyuan.admin, zhengheng.admin])])).toContain('do not satisfy');
    expect(await refusal([one.block, await next([hengyuan.admin, qichuan.admin])])).toBe('holds');
  });

  it('lets a member alone decide about itself', async () => {
    const rotate = (group: ConfigGroup) => {
      const own = organisationGroup(qichuan, (msp) => msp.setOrganizationalUnitIdentifiersList([]));
      setValue(own, 'AnchorPeers', Uint8Array.of(1));
      organisation(group, qichuan)
        .getValuesMap()
        .set('AnchorPeers', own.getValuesMap().get('AnchorPeers') as never);
    };
    const own = await step(rotate, { signers: [qichuan.admin] });
    expect(await refusal([own.block])).toBe('holds');
    const others = await step(rotate, { signers: [hengyuan.admin, zhengheng.admin] });
    expect(await refusal([others.block])).toContain('do not satisfy /Channel/Application/qichuan/Admins');
  });

  it.each<[string, Partial<Step>, string]>([
    ['a minority signed', { signers: [hengyuan.admin] }, 'do not satisfy /Channel/Application/Admins'],
    ['nobody signed', { signers: [] }, 'do not satisfy'],
    ['clients signed', { signers: [hengyuan.client, qichuan.client, zhengheng.client] }, 'do not satisfy'],
    ['one administrator signed twice', { signers: [hengyuan.admin, hengyuan.admin] }, 'do not satisfy'],
    ['the newcomer signed', { signers: [hengyuan.admin, dinggu.admin] }, 'do not satisfy'],
    [
      'the update was changed after signing',
      { afterSigning: (update) => update.getIsolatedDataMap().set('a', Uint8Array.of(1)) },
      'do not satisfy',
    ],
    ['the update is for another channel', { updateChannel: 'other' }, 'another channel'],
    ['the block is of another channel', { channel: 'other' }, 'another channel'],
    ['the sequence was skipped', { sequence: 2 }, 'missing'],
    ['the sequence stands still', { sequence: 0 }, 'missing'],
    ['the block comes before', { number: 0 }, 'order of their blocks'],
    ['no orderer signed', { orderers: [] }, 'too few orderers'],
    ['a client of the ordering member signed the block', { orderers: [hengyuan.client] }, 'too few orderers'],
    [
      'an orderer of a member that orders nothing signed the block',
      { orderers: [qichuan.orderer] },
      'too few orderers',
    ],
    ['the data are other than the header says', { corruptData: true }, 'not those of its header'],
    ['it holds two configurations', { twoEnvelopes: true }, 'other than one configuration'],
    ['it does not hold the update', { keepsUpdate: false }, 'does not hold the update'],
    ['it holds no update but something else', { updateType: 3 }, 'holds no update'],
    [
      'it holds another capability besides',
      { result: (group) => setValue(group, 'Capabilities', capabilities('V9')) },
      '/Channel/Capabilities is not what',
    ],
    [
      'it holds an orderer besides',
      {
        result: (group) => {
          ordering(group).getGroupsMap().set('dinggu', organisationGroup(dinggu));
        },
      },
      '/Channel/Orderer is not what',
    ],
    [
      'it lacks a member besides',
      {
        result: (group) => {
          application(group).getGroupsMap().del('zhengheng');
        },
      },
      'is not what',
    ],
    [
      'it guards a group otherwise',
      {
        result: (group) => {
          application(group).setModPolicy('Readers');
        },
      },
      '/Channel/Application is not what',
    ],
    [
      'it holds another policy besides',
      {
        result: (group) => {
          setPolicy(application(group), 'Admins', implicit('ANY', 'Admins'));
        },
      },
      '/Channel/Application/Admins is not what',
    ],
    [
      'the update reads another version',
      {
        update: (update) => {
          update.getReadSet()?.setVersion(3);
        },
      },
      'rests on another state',
    ],
    [
      'the update skips a version',
      {
        update: (update) => {
          application(update.getWriteSet() as ConfigGroup).setVersion(2);
        },
      },
      'skips a version',
    ],
    [
      'the update names no guard',
      {
        update: (update) => {
          application(update.getWriteSet() as ConfigGroup).setModPolicy('');
        },
      },
      'names no policy',
    ],
    [
      'the update changes nothing',
      {
        update: (update) => {
          update.setWriteSet(update.getReadSet());
        },
      },
      'changes nothing',
    ],
    [
      'the update is empty',
      {
        update: (update) => {
          update.clearReadSet();
          update.clearWriteSet();
        },
      },
      'changes nothing',
    ],
  ])('is refused when %s', async (_, how, detail) => {
    const { block } = await step(add(dinggu), how);
    expect(await refusal([block])).toContain(detail);
  });

  it('is refused when a block is left out, or given twice', async () => {
    const one = await step(add(dinggu));
    const two = await step(
      remove(zhengheng),
      { number: 9, sequence: 2, signers: founders.map(({ admin }) => admin) },
      one.group,
    );
    expect(await refusal([one.block, two.block])).toBe('holds');
    expect(await refusal([two.block])).toContain('missing');
    expect(await refusal([one.block, one.block])).toContain('order of their blocks');
    expect(await refusal([two.block, one.block])).toContain('missing');
  });

  it('is refused when a member makes itself the one who decides', async () => {
    const seize = (group: ConfigGroup) =>
      setPolicy(application(group), 'Admins', signatures(outOf(1, [by(0)]), [roleOf(hengyuan.mspId, 'admin')]));
    const one = await step(seize, { signers: [hengyuan.admin] });
    expect(await refusal([one.block])).toContain('/Channel/Application/Admins');
    expect(await refusal([(await step(seize)).block])).toBe('holds');
  });

  it('is refused when a change of the whole channel was signed for one of its parts', async () => {
    const group = channelGroup(founders, { orderers: [hengyuan] });
    const change = (root: ConfigGroup) => setValue(root, 'Capabilities', capabilities('V3_0'));
    const { block } = await step(change, { signers: [qichuan.admin, zhengheng.admin] }, group);
    expect(await refusal([block], group)).toContain('/Channel/Admins');
    const both = await step(change, { signers: founders.map(({ admin }) => admin) }, group);
    expect(await refusal([both.block], group)).toBe('holds');
  });

  it('is refused where an MSP is defined twice, and not alike', async () => {
    const change = (group: ConfigGroup) => {
      application(group)
        .getGroupsMap()
        .set(
          'hengyuan',
          organisationGroup(hengyuan, (msp) => msp.setRootCertsList([Buffer.from(dinggu.ca.certPem)])),
        );
    };
    const { block } = await step(change, { signers: founders.map(({ admin }) => admin) });
    expect(await refusal([block])).toContain('defined twice');
  });

  it.each(['V1_1', 'V9'])('is refused under capabilities %s, whose rules are not known', async (name) => {
    const group = channelGroup(founders);
    setValue(group, 'Capabilities', capabilities(name));
    const { block } = await step(add(dinggu), {}, group);
    expect(await refusal([block], group)).toContain('capabilities');
  });
});

describe('a chain of configurations whose orderers agree among each other', () => {
  const orderers = [hengyuan, qichuan, zhengheng, dinggu];
  const group = channelGroup(orderers, { orderers, type: 'BFT' });
  const numbered = orderers.map(({ orderer: identity }, at) => ({ consenter: at + 1, identity }));
  const [one, two, three] = numbered as [(typeof numbered)[0], (typeof numbered)[0], (typeof numbered)[0]];
  const change = (root: ConfigGroup) => setValue(organisation(root, qichuan), 'AnchorPeers', Uint8Array.of(1));

  it.each<[string, Step['orderers'], string]>([
    ['a quorum signed', [one, two, three], 'holds'],
    ['every orderer signed', numbered, 'holds'],
    ['one short of a quorum signed', [one, two], 'too few orderers'],
    ['one signed thrice', [one, one, one], 'too few orderers'],
    ['one signed under others’ numbers', [one, { ...one, consenter: 2 }, { ...one, consenter: 3 }], 'too few orderers'],
    ['an unknown number signed', [one, two, { ...three, consenter: 9 }], 'too few orderers'],
    ['their names stand for their numbers', [hengyuan.orderer, qichuan.orderer, zhengheng.orderer], 'holds'],
  ])('when %s: %s', async (_, signers, expected) => {
    const { block } = await step(change, { signers: [qichuan.admin], orderers: signers }, group);
    expect(await refusal([block], group)).toContain(expected);
  });

  it('takes no number where none stands for an orderer', async () => {
    const { block } = await step(add(dinggu), { orderers: [one] });
    expect(await refusal([block])).toContain('too few orderers');
  });
});
