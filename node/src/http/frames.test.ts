import { DrizzleQueryError } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { framesOf } from './frames.ts';

const PERSON = '13800000000';

it.each([
  [
    'a query with its parameters',
    new DrizzleQueryError('insert into workers values ($1)', [PERSON], new Error(PERSON)),
  ],
  ['a message of several lines', new Error(`one\n    at ${PERSON}\n    at f (${PERSON}:1:2)`)],
])('says where an error was thrown and nothing of %s', (_what, error) => {
  const frames = framesOf(error) ?? [];
  expect(frames[0]).toMatch(/^at .*frames\.test\.ts:\d+:\d+\)?$/);
  expect(frames.join()).not.toContain(PERSON);
});

it.each([undefined, 'x', { stack: PERSON }])('has no frames of what is no error (%j)', (thrown) => {
  expect(framesOf(thrown)).toBeUndefined();
});
