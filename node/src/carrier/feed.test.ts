import type { AnyLedgerEvent, SignedCommand } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import type { SeenBlock } from '../ledger/access.ts';
import { transactionOf } from '../ledger/fixtures/scriptedLedger.ts';
import type { Household } from './concerns.ts';
import { carryBlock, mayAttest } from './feed.ts';

const OWN = '91990202MAAA000209';
const OTHER = '91990101MAAA00012T';
const household: Household = { members: new Set(['qichuan']), companies: new Set([OWN]) };

const token = (org: string): string => {
  const claims = {
    iss: 'https://node.example/oidc',
    sub: `cas_${'0'.repeat(32)}`,
    org,
    roles: ['clerk'],
    acr: 'development',
    iat: 1,
    exp: 2,
    cmd: 'A'.repeat(43),
  };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.e30`;
};
const event = (name: string, data: object = {}) => ({ name, data }) as unknown as AnyLedgerEvent;
const noticed = (company: string) => event('credit.noticed', { company });
const imported = (...companies: string[]) =>
  event('credit.imported', { facts: companies.map((company) => ({ kind: 'violation', company })) });
const blockOf = (actor: string, events: readonly AnyLedgerEvent[], code: 'VALID' | 'MVCC_READ_CONFLICT' = 'VALID') => {
  const command = { name: 'site:register', args: { site: 'yard-1' } } as unknown as SignedCommand['command'];
  return { number: 4, txs: [{ ...transactionOf({ command, actor }, events), code }] } satisfies SeenBlock;
};

describe('a block for a household', () => {
  it.each(['', 'x', 'a.b.c', 'e30.e30.e30'])('survives a transaction whose token cannot be read (%j)', (actor) => {
    expect(carryBlock(household, blockOf(actor, [])).txs).toEqual([]);
    expect(carryBlock(household, blockOf(actor, [noticed(OWN)])).txs).toHaveLength(1);
  });

  it.each<[string, string, AnyLedgerEvent[], boolean]>([
    ['its own', 'qichuan', [], true],
    ['another’s about its company', 'hengyuan', [noticed(OWN)], true],
    ['another’s about another company', 'hengyuan', [noticed(OTHER)], false],
    ['another’s without events', 'hengyuan', [], false],
    ['a public one with its vote', 'hengyuan', [event('proposal.voted'), event('proposal.decided')], true],
    ['a vote alone', 'hengyuan', [event('proposal.voted')], false],
    [
      'a decision about another company',
      'hengyuan',
      [event('proposal.voted'), event('proposal.decided'), event('credit.blocklisted', { company: OTHER })],
      false,
    ],
    ['an import with another’s facts', 'hengyuan', [imported(OWN, OTHER), event('proposal.decided')], false],
  ])('attests %s or not', (_what, org, events, allowed) => {
    const block = blockOf(token(org), events);
    expect(mayAttest(household, block, block.txs[0]?.txId ?? '')).toBe(allowed);
  });

  it.each<[string, AnyLedgerEvent[][], boolean]>([
    ['all about its company', [[noticed(OWN)], [noticed(OWN)]], true],
    ['one about another company', [[noticed(OWN)], [noticed(OTHER)]], false],
    ['one that the ledger held before, and so told nothing of', [[noticed(OWN)], []], false],
  ])('attests a transaction that commands share, %s, or not', (_what, told, allowed) => {
    const txs = told.map((events) => blockOf(token('hengyuan'), events).txs[0]);
    const txId = 'a'.repeat(64);
    const block = { number: 4, txs: txs.flatMap((tx) => (tx ? [{ ...tx, txId }] : [])) };
    expect(mayAttest(household, block, txId)).toBe(allowed);
  });

  it('attests nothing that is not there or not valid', () => {
    const block = blockOf(token('qichuan'), [], 'MVCC_READ_CONFLICT');
    expect(mayAttest(household, block, block.txs[0]?.txId ?? '')).toBe(false);
    expect(mayAttest(household, block, 'f'.repeat(64))).toBe(false);
  });
});
