import { AnlianError, type CarriedQuery, stateKey } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { requireOwnQuestion } from './ask.ts';
import type { Household } from './concerns.ts';

const OWN = '91990202MAAA000209';
const OTHER = '91990101MAAA00012T';
const household: Household = { members: new Set(['qichuan']), companies: new Set([OWN]) };

const answerTo = (question: CarriedQuery): string => {
  try {
    requireOwnQuestion(household, question);
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
  ])('the score of %s: %s', (company, answer) => {
    expect(answerTo({ name: 'query:score', args: { company, effectiveAt } })).toBe(answer);
  });

  const perCompany = ['credential', 'violation', 'evaluation', 'code'].flatMap((kind): [string, string][] => [
    [`${kind}/${OWN}/x1`, 'asked'],
    [`${kind}/${OTHER}/x1`, 'not_found'],
  ]);
  it.each<[string, string]>([
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
    ['constructor/x', 'not_found'],
    ['', 'not_found'],
  ])('the key %s: %s', (key, answer) => {
    expect(answerTo({ name: 'query:get', args: { key } })).toBe(answer);
  });
});
