import { AnlianError, type SignedCommand } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import type { LedgerAccess } from '../ledger/access.ts';
import { scriptedLedger } from '../ledger/fixtures/scriptedLedger.ts';
import { watchLedger } from './connection.ts';

const COMMIT = { txId: 'a', blockNumber: 1, code: 'VALID', result: null, status: 'valid' } as const;

const watched = (submitAll?: LedgerAccess['submitAll']) =>
  watchLedger({ ...scriptedLedger(), ...(submitAll && { submitAll }) } as unknown as LedgerAccess);

describe('a ledger that is watched', () => {
  it.each<[string, Awaited<ReturnType<NonNullable<LedgerAccess['submitAll']>>>, boolean]>([
    ['taken', [COMMIT, COMMIT], true],
    ['refused, which is an answer', [COMMIT, new AnlianError('already_exists')], true],
    ['lost with the line', [new AnlianError('ledger_unavailable'), new AnlianError('ledger_unavailable')], false],
  ])('is there or not by what became of many commands: %s', async (_what, outcomes, reachable) => {
    const ledger = watched(async () => outcomes);
    expect(await ledger.submitAll?.([] as SignedCommand[])).toEqual(outcomes);
    expect(ledger.reachable()).toBe(reachable);
  });

  it('takes many commands together only where its way does', () => {
    expect(watched().submitAll).toBeUndefined();
  });
});
