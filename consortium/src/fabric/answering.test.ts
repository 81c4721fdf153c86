import { AnlianError, type ErrorCode } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { majorityAnswers } from './answering.ts';

const refusing = (error: Error) => ({ view: () => Promise.reject(error) });

describe('a network is ready', () => {
  it('when a majority answers', async () => {
    const nothing = new Uint8Array();
    const view = async () => ({ proposal: nothing, payload: nothing, endorsements: [] });
    expect(await majorityAnswers({ view })).toBe(true);
  });

  it.each<ErrorCode>([
    'ledger_unavailable',
    'endorsement_mismatch',
    'endorsement_invalid',
    'clock_skew',
    'submitter_unknown',
    'submitter_expired',
    'internal_error',
  ])('not while it is told %s', async (code) => {
    expect(await majorityAnswers(refusing(new AnlianError(code)))).toBe(false);
  });

  it('and a fault of our own is told, not waited for', async () => {
    await expect(majorityAnswers(refusing(new TypeError('ours')))).rejects.toThrow('ours');
  });
});
