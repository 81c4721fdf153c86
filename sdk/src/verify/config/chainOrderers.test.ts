import { describe, expect, it } from 'vitest';
import type { ConfigGroup } from '../../ledger/codec/index.ts';
import type { Step } from './fixtures/chain.ts';
import { add, dinggu, hengyuan, organisation, qichuan, refusal, step, zhengheng } from './fixtures/chainScene.ts';
import { channelGroup, setValue } from './fixtures/groups.ts';
import { SPELLINGS } from './fixtures/spelling.ts';

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

  it.each(SPELLINGS)('when a quorum wrote everything %s: holds', async (_, spell) => {
    const { block } = await step(change, { signers: [qichuan.admin], orderers: [one, two, three], spell }, group);
    expect(await refusal([block], group)).toBe('holds');
  });
});

describe('a chain of configurations that one orderer and two members wrote in their own spelling', () => {
  it.each(SPELLINGS)('%s holds, as it does on the ledger', async (_, spell) => {
    expect(await refusal([(await step(add(dinggu), { spell })).block])).toBe('holds');
  });

  it.each(SPELLINGS)('%s takes as many signatures as any other', async (_, spell) => {
    const few = await step(add(dinggu), { spell, signers: [hengyuan.admin] });
    expect(await refusal([few.block])).toContain('do not satisfy');
    const unsigned = await step(add(dinggu), { spell, orderers: [qichuan.orderer] });
    expect(await refusal([unsigned.block])).toContain('too few orderers');
  });
});
