import { AnlianError, type ErrorCode } from '@anlian/contracts';
import { describe, expect, it, vi } from 'vitest';
import { askGovernors, endorseByQuorum, PATIENCE_MS } from './quorum.ts';

type Behaviour = string | ErrorCode | 'hangs';
const MEMBERS = ['own', 'second', 'third'];
const call = { chaincode: 'anlian', args: [] };

/** Governors that answer with a payload (a digit), refuse with a code, or hang. */
const governors = (...behaviours: readonly Behaviour[]) => {
  const asked: string[] = [];
  const ask = async (mspId: string) => {
    asked.push(mspId);
    const behaviour = behaviours[MEMBERS.indexOf(mspId)] ?? 'hangs';
    if (behaviour === 'hangs') return new Promise<never>(() => undefined);
    if (!/^\d$/.test(behaviour)) throw new AnlianError(behaviour as ErrorCode);
    const signature = Buffer.from(mspId);
    return {
      payload: Buffer.from(behaviour),
      result: Buffer.from(behaviour),
      endorsements: [{ endorser: signature, signature }],
    };
  };
  const endorsers = {
    members: async () => MEMBERS.slice(0, behaviours.length),
    propose: async () => ({ txId: 'tx', proposal: new Uint8Array(), ask }),
    height: async () => 1,
  };
  return { asked, endorsers, endorse: (signal?: AbortSignal) => endorseByQuorum(endorsers, call, signal) };
};
const signers = async (work: ReturnType<typeof endorseByQuorum>) =>
  (await work).endorsements.map(({ endorser }) => Buffer.from(endorser).toString());

describe('endorsements of a majority', () => {
  it('are asked of as many as are needed, one’s own first', async () => {
    const { asked, endorse } = governors('1', '1', '1');
    expect(await signers(endorse())).toEqual(['own', 'second']);
    expect(asked).toEqual(['own', 'second']);
  });

  it.each<[string, Behaviour[], string[]]>([
    ['is down', ['1', 'ledger_unavailable', '1'], ['own', 'third']],
    ['is this member’s own and down', ['ledger_unavailable', '1', '1'], ['second', 'third']],
    ['refuses', ['1', 'already_exists', '1'], ['own', 'third']],
    ['answers otherwise', ['1', '2', '1'], ['own', 'third']],
  ])('come from any others when one %s', async (_, behaviours, expected) => {
    expect((await signers(governors(...behaviours).endorse())).sort()).toEqual(expected);
  });

  it('come from others while one hangs', async () => {
    vi.useFakeTimers();
    try {
      const signed = signers(governors('1', 'hangs', '1').endorse());
      await vi.advanceTimersByTimeAsync(PATIENCE_MS);
      expect(await signed).toEqual(['own', 'third']);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each<[string, Behaviour[], ErrorCode]>([
    ['this member’s own peer refuses', ['already_exists', '1', '1'], 'already_exists'],
    ['everybody refuses', ['ledger_unavailable', 'not_found', 'not_found'], 'not_found'],
    ['only others refuse', ['1', 'already_exists', 'already_exists'], 'endorsement_mismatch'],
    ['this member’s own peer answers otherwise', ['2', '1', '1'], 'endorsement_mismatch'],
    ['all differ', ['1', '2', '3'], 'endorsement_mismatch'],
    ['too few answer', ['1', 'ledger_unavailable', 'ledger_unavailable'], 'ledger_unavailable'],
  ])('fail when %s', async (_, behaviours, code) => {
    await expect(governors(...behaviours).endorse()).rejects.toMatchObject({ code });
  });

  it('are not waited for after an abort', async () => {
    const stop = new AbortController();
    const endorsing = governors('hangs', 'hangs', 'hangs').endorse(stop.signal);
    stop.abort(new Error('enough'));
    await expect(endorsing).rejects.toThrow('enough');
  });
});

describe('an answer for others to verify', () => {
  const answer = (mspId: string, text: string) => ({
    payload: Buffer.from(text),
    result: Buffer.from(text),
    endorsements: [{ endorser: Buffer.from(mspId), signature: Buffer.from(mspId) }],
  });
  /** Governors that answer what `answers` says of the turn, counted from 0. */
  const changing = (answers: (mspId: string, turn: number) => string) => {
    let turn = -1;
    const propose = async () => {
      turn += 1;
      const now = turn;
      return {
        txId: `tx${now}`,
        proposal: new Uint8Array(),
        ask: async (mspId: string) => answer(mspId, answers(mspId, now)),
      };
    };
    const endorsers = { members: async () => MEMBERS, propose, height: async () => 1 };
    const nobody = () => Promise.reject(new Error('nobody asks so'));
    return { turns: () => turn + 1, transport: { endorse: nobody, endorsers } };
  };
  const random = (length: number) => new Uint8Array(length);

  it('is asked for again while the governors answer from different blocks', async () => {
    const { transport, turns } = changing((mspId, turn) => (turn < 3 ? mspId : 'same'));
    expect((await askGovernors(transport, call, random)).endorsements).toHaveLength(2);
    expect(turns()).toBe(4);
  });

  it('is given up when they go on to differ', async () => {
    const { transport, turns } = changing((mspId) => mspId);
    await expect(askGovernors(transport, call, random)).rejects.toMatchObject({ code: 'endorsement_mismatch' });
    expect(turns()).toBe(8);
  });

  it('is not asked for again when it was refused', async () => {
    const { asked, endorsers } = governors('not_found', 'not_found', 'not_found');
    const nobody = () => Promise.reject(new Error('nobody asks so'));
    await expect(askGovernors({ endorse: nobody, endorsers }, call, random)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(asked.filter((mspId) => mspId === 'own')).toHaveLength(1);
  });

  it('carries no signature more than it needs, when a slow governor and the one in its place answer at once', async () => {
    vi.useFakeTimers();
    try {
      const slow = Promise.withResolvers<ReturnType<typeof answer>>();
      const ask = (mspId: string) => {
        if (mspId === 'second') return slow.promise;
        if (mspId === 'third') slow.resolve(answer('second', '1'));
        return Promise.resolve(answer(mspId, '1'));
      };
      const endorsers = {
        members: async () => MEMBERS,
        propose: async () => ({ txId: 'tx', proposal: new Uint8Array(), ask }),
        height: async () => 1,
      };
      const endorsed = endorseByQuorum(endorsers, call);
      await vi.advanceTimersByTimeAsync(PATIENCE_MS);
      expect((await endorsed).endorsements).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
