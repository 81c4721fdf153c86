import { OPERATIONS } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

describe('the edits between two words', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['sync', 'sync', 0],
    ['snyc', 'sync', 1],
    ['synk', 'sync', 1],
    ['syc', 'sync', 1],
    ['ssync', 'sync', 1],
    ['ca', 'abc', 3],
    ['kitten', 'sitting', 3],
  ])('%j and %j: %i', (from, to, edits) => {
    expect([editDistance(from, to), editDistance(to, from)]).toEqual([edits, edits]);
  });
});

describe('the word that was meant', () => {
  const operations = Object.keys(OPERATIONS);
  it.each([
    ['getScor', 'getScore'],
    ['getscore', 'getScore'],
    ['admitCompnay', 'admitCompany'],
    ['admitC', 'admitCompany'],
    ['listGate', 'listGates'],
    ['xyzzy', undefined],
    ['get', undefined],
    ['', undefined],
    ['g'.repeat(1_000_000), undefined],
  ])('%s is %s', (typed, meant) => {
    expect(nearest(typed, operations)).toBe(meant);
  });
});
