import { type ErrorCode, isErrorCode } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from '../../../test/support/sourceTree.ts';
import { isFinal } from './refusals.ts';

/** What the rules say of a moment or of who carries a command, or what asks for another signature. */
const PASSING: readonly ErrorCode[] = [
  'actor_expired',
  'channel_not_founded',
  'clock_skew',
  'internal_error',
  'submitter_unknown',
];

const RULES = ['chaincode/src/rules/', 'chaincode/src/runner/'];
const codesOfRules = (): ErrorCode[] => {
  const texts = sourceFiles()
    .filter(({ path }) => RULES.some((folder) => path.startsWith(folder)) && !path.endsWith('.test.ts'))
    .map(({ text }) => text);
  const words = texts.flatMap((text) => [...text.matchAll(/'([a-z_]+)'/g)].map(([, word = '']) => word));
  return [...new Set(words.filter(isErrorCode))];
};

describe('a command is refused for good', () => {
  it('by every refusal of the rules but those that pass', () => {
    const passing = codesOfRules().filter((code) => !isFinal(code, { name: 'site:register' }));
    expect(passing.sort()).toEqual(PASSING);
  });

  it.each<[ErrorCode, string, boolean]>([
    ['channel_not_founded', 'channel:open', true],
    ['channel_not_founded', 'site:register', false],
    ['configuration_invalid', 'site:register', false],
    ['ledger_corrupt', 'site:register', false],
    ['duplicate_transaction', 'site:register', false],
    ['endorsement_invalid', 'site:register', false],
    ['submitter_expired', 'site:register', false],
    ['not_found', 'site:register', false],
  ])('by %s of %s: %s', (code, name, expected) => {
    expect(isFinal(code, { name })).toBe(expected);
  });
});
