import { expect, it } from 'vitest';
import type { ConfigGroup } from '../../ledger/codec/index.ts';
import type { Step } from './fixtures/chain.ts';
import {
  add,
  application,
  dinggu,
  hengyuan,
  ordering,
  qichuan,
  refusal,
  step,
  zhengheng,
} from './fixtures/chainScene.ts';
import { capabilities, implicit, organisationGroup, setPolicy, setValue } from './fixtures/groups.ts';

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
  ['an orderer of a member that orders nothing signed the block', { orderers: [qichuan.orderer] }, 'too few orderers'],
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
])('a chain of configurations is refused when %s', async (_, how, detail) => {
  const { block } = await step(add(dinggu), how);
  expect(await refusal([block])).toContain(detail);
});
