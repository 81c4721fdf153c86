import { expect, it } from 'vitest';
import { membersFrom } from './channelMembers.ts';

const named = (...mspIds: string[]) => mspIds.map((mspId) => ({ mspId }));

it.each([
  ['its own first', named('a', 'b', 'c'), ['b', 'a', 'c']],
  ['only those whom the configuration names, once it is no more among them', named('a', 'c'), ['a', 'c']],
  ['nobody of an empty channel', named(), []],
])('a member asks %s', (_, application, expected) => {
  expect(membersFrom(application, 'b')).toEqual(expected);
});
