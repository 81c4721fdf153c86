import { describe, expect, it } from 'vitest';
import type { ConfigGroup } from '../../ledger/codec/index.ts';
import type { Configuration } from './configuration.ts';
import type { Step } from './fixtures/chain.ts';
import {
  add,
  application,
  dinggu,
  follow,
  founders,
  hengyuan,
  organisation,
  qichuan,
  refusal,
  remove,
  step,
  zhengheng,
} from './fixtures/chainScene.ts';
import {
  by,
  capabilities,
  channelGroup,
  organisationGroup,
  outOf,
  roleOf,
  setPolicy,
  setValue,
  signatures,
} from './fixtures/groups.ts';

const mspIds = ({ application: of }: Configuration) => of.map(({ mspId }) => mspId).sort();

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
