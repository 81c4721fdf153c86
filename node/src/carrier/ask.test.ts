import { AnlianError, stateKey } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { permittedQuery } from './ask.ts';
import type { Household } from './concerns.ts';

const OWN = '91990202MAAA000209';
const OTHER = '91990101MAAA00012T';
const household: Household = { members: new Set(['qichuan']), companies: new Set([OWN]) };

const answerTo = (name: 'query:score' | 'query:get', args: unknown): string => {
  try {
    permittedQuery(household, name, args);
    return 'asked';
  } catch (error) {
    return error instanceof AnlianError ? error.code : 'unexpected';
  }
};

describe('what a household may ask the ledger', () => {
  const effectiveAt = '2026-11-22T08:00:00.000Z';

  it.each([
    [OWN, 'asked'],
    [OTHER, 'not_found'],
    ['x', 'invalid_uscc'],
    [undefined, 'invalid_input'],
  ])('the score of %s: %s', (company, answer) => {
    expect(answerTo('query:score', { company, effectiveAt })).toBe(answer);
  });

  const perCompany = ['credential', 'violation', 'evaluation', 'code'].flatMap((kind): [unknown, string][] => [
    [`${kind}/${OWN}/x1`, 'asked'],
    [`${kind}/${OTHER}/x1`, 'not_found'],
  ]);
  it.each<[unknown, string]>([
    ...perCompany,
    ['credential/-/x1', 'not_found'],
    [stateKey.blocklisting(OWN), 'asked'],
    [stateKey.blocklisting(OTHER), 'not_found'],
    [stateKey.memberByCompany(OWN), 'asked'],
    [stateKey.memberByCompany(OTHER), 'not_found'],
    [stateKey.member('qichuan'), 'asked'],
    [stateKey.member('hengyuan'), 'not_found'],
    [stateKey.anchor('qichuan'), 'asked'],
    [stateKey.anchor('hengyuan'), 'not_found'],
    [stateKey.policy('p'), 'asked'],
    [stateKey.channel(), 'not_found'],
    ['cmd/cmd_1', 'not_found'],
    [stateKey.proposal('prp_1'), 'not_found'],
    [stateKey.credentialHolder('crd_1'), 'not_found'],
    [stateKey.admission('yard-1', OWN, 'adm_1'), 'not_found'],
    [stateKey.gateSequence('qichuan', 'gat_1'), 'not_found'],
    ['violation', 'not_found'],
    ['constructor/x', 'invalid_input'],
    ['', 'invalid_input'],
    [7, 'invalid_input'],
  ])('the key %s: %s', (key, answer) => {
    expect(answerTo('query:get', { key })).toBe(answer);
  });
});
