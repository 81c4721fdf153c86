import { expect, it } from 'vitest';
import { operationOf } from './help.ts';

it.each([
  ['getScroe', 'getScroe is not known; did you mean getScore?\nAll operations: anlian as --list'],
  ['nosuch', 'nosuch is not known\nAll operations: anlian as --list'],
])('%s, which is no operation, is told with where all of them are listed', (name, en) => {
  expect(() => operationOf(name)).toThrow(en);
});
