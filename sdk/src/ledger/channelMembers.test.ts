import { expect, it } from 'vitest';
import { membersFrom } from './channelMembers.ts';

const named = (...mspIds: string[]) => mspIds.map((mspId) => ({ mspId }));

it('a member asks its own governor first', () => {
  expect(membersFrom(named('a', 'b', 'c'), 'b').map(({ mspId }) => mspId)).toEqual(['b', 'a', 'c']);
});

it.each([
  ['the configuration names it no more', named('a', 'c')],
  ['it names nobody', named()],
])('a member asks nobody in its own peer’s place, once %s', (_, application) => {
  expect(() => membersFrom(application, 'b')).toThrow(
    expect.objectContaining({ code: 'submitter_unknown', field: 'b' }),
  );
});
