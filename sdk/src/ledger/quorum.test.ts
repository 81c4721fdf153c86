import { AnlianError, type ErrorCode } from '@anlian/contracts';
import { describe, expect, it, vi } from 'vitest';
import { genesisBlock } from '../verify/config/fixtures/chain.ts';
import { channelGroup } from '../verify/config/fixtures/groups.ts';
import { makeMember, NOW } from '../verify/config/fixtures/member.ts';
import { openConfiguration } from '../verify/config/fixtures/open.ts';
import { concatBytes } from './codec/bytes.ts';
import { encodeIdentity } from './codec/identity.ts';
import { endorsementJudge } from './endorsement.ts';
import { askGovernors, endorseByQuorum, PATIENCE_MS } from './quorum.ts';

type Behaviour = string | ErrorCode | 'hangs';
const NAMES = ['own', 'second', 'third'];
const MEMBERS = await Promise.all(NAMES.map(makeMember));
const ORGANISATIONS = openConfiguration(await genesisBlock(channelGroup(MEMBERS))).application.toSorted(
  (a, b) => NAMES.indexOf(a.name) - NAMES.indexOf(b.name),
);
const nameOf = (mspId: string): string => mspId.replace(/MSP$/, '');
/** Whose signatures need not be real. */
const unjudged = { requireOf: async () => undefined };
const call = { chaincode: 'anlian', args: [] };

/** Governors that answer with a payload (a digit), refuse with a code, or hang. */
const governors = (...behaviours: readonly Behaviour[]) => {
  const asked: string[] = [];
  const ask = async (mspId: string) => {
    asked.push(nameOf(mspId));
    const behaviour = behaviours[NAMES.indexOf(nameOf(mspId))] ?? 'hangs';
    if (behaviour === 'hangs') return new Promise<never>(() => undefined);
    if (!/^\d$/.test(behaviour)) throw new AnlianError(behaviour as ErrorCode);
    const signature = Buffer.from(nameOf(mspId));
    return {
      payload: Buffer.from(behaviour),
      result: Buffer.from(behaviour),
      endorsements: [{ endorser: signature, signature }],
    };
  };
  const endorsers = {
    members: async () => ORGANISATIONS.slice(0, behaviours.length),
    propose: async () => ({ txId: 'tx', proposal: new Uint8Array(), ask }),
    height: async () => 1,
    judge: unjudged,
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

describe('a governor whose signature does not count', () => {
  const RUBBISH = { sign: async () => new Uint8Array(70) };
  type Signing = 'signs' | 'signs rubbish' | 'is away' | 'refuses';
  const endorseAs = (...how: readonly Signing[]) => {
    const payload = Buffer.from('the answer');
    const ask = async (mspId: string) => {
      const at = ORGANISATIONS.findIndex((organisation) => organisation.mspId === mspId);
      if (how[at] === 'is away') throw new AnlianError('ledger_unavailable');
      if (how[at] === 'refuses') throw new AnlianError('already_exists');
      const identity = MEMBERS[at]?.peer;
      if (!identity) throw new Error('three members');
      const endorser = encodeIdentity(identity);
      const { sign } = how[at] === 'signs' ? identity : RUBBISH;
      const signature = await sign(concatBytes(payload, endorser));
      return { payload, result: payload, endorsements: [{ endorser, signature }] };
    };
    const endorsers = {
      members: async () => ORGANISATIONS,
      propose: async () => ({ txId: 'tx', proposal: new Uint8Array(), ask }),
      height: async () => 1,
      judge: endorsementJudge(() => NOW.getTime()),
    };
    return endorseByQuorum(endorsers, call);
  };
  const signedBy = (...names: readonly string[]) =>
    MEMBERS.filter(({ name }) => names.includes(name)).map(({ peer }) => Buffer.from(encodeIdentity(peer)));

  it.each<[string, Signing[], string[]]>([
    ['another', ['signs', 'signs rubbish', 'signs'], ['own', 'third']],
    ['this member’s own', ['signs rubbish', 'signs', 'signs'], ['second', 'third']],
  ])('does not keep a majority of the others from going on, be it %s', async (_, how, expected) => {
    const { endorsements } = await endorseAs(...how);
    expect(endorsements.map(({ endorser }) => Buffer.from(endorser))).toEqual(signedBy(...expected));
  });

  it.each<[string, Signing[], string[]]>([
    ['the third is away', ['signs', 'signs rubbish', 'is away'], ['secondMSP']],
    ['the third’s does not count either', ['signs', 'signs rubbish', 'signs rubbish'], ['secondMSP', 'thirdMSP']],
    ['nobody’s counts', ['signs rubbish', 'signs rubbish', 'signs rubbish'], ['ownMSP', 'secondMSP', 'thirdMSP']],
  ])('is named when there is no majority without it: %s', async (_, how, named) => {
    await expect(endorseAs(...how)).rejects.toMatchObject({
      code: 'endorsement_invalid',
      errors: named.map((field) => ({ field, code: 'wrong_signature' })),
    });
  });

  it('does not hide what the rules refuse', async () => {
    await expect(endorseAs('signs rubbish', 'refuses', 'refuses')).rejects.toMatchObject({ code: 'already_exists' });
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
    const endorsers = { members: async () => ORGANISATIONS, propose, height: async () => 1, judge: unjudged };
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
    expect(asked.filter((name) => name === 'own')).toHaveLength(1);
  });

  it('is asked of whom a verifier believes; as many of all are due, and one that lags fails it', async () => {
    const nobody = () => Promise.reject(new Error('nobody asks so'));
    const among = async (mspIds: readonly string[]) => mspIds.filter((mspId) => mspId !== 'secondMSP');
    const ask = (...behaviours: Behaviour[]) => {
      const { asked, endorsers } = governors(...behaviours);
      return { asked, answered: askGovernors({ endorse: nobody, endorsers }, call, random, among) };
    };
    const { asked, answered } = ask('1', '1', '1');
    expect((await answered).endorsements).toHaveLength(2);
    expect(asked).toEqual(['own', 'third']);
    await expect(ask('1', '1', 'ledger_unavailable').answered).rejects.toMatchObject({ code: 'ledger_unavailable' });
    await expect(ask('1', '1').answered).rejects.toMatchObject({ code: 'ledger_unavailable' });
  });

  it('carries no signature more than it needs, when a slow governor and the one in its place answer at once', async () => {
    vi.useFakeTimers();
    try {
      const slow = Promise.withResolvers<ReturnType<typeof answer>>();
      const ask = (mspId: string) => {
        if (mspId === 'secondMSP') return slow.promise;
        if (mspId === 'thirdMSP') slow.resolve(answer('second', '1'));
        return Promise.resolve(answer(mspId, '1'));
      };
      const endorsers = {
        members: async () => ORGANISATIONS,
        propose: async () => ({ txId: 'tx', proposal: new Uint8Array(), ask }),
        height: async () => 1,
        judge: unjudged,
      };
      const endorsed = endorseByQuorum(endorsers, call);
      await vi.advanceTimersByTimeAsync(PATIENCE_MS);
      expect((await endorsed).endorsements).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });
});
