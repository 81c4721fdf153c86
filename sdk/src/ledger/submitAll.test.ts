import {
  AnlianError,
  type AnyCommand,
  formatId,
  MAX_BATCH_BYTES,
  MAX_BATCH_COMMANDS,
  type SignedCommand,
  toBase64Url,
} from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import type { Commit } from './port.ts';
import { submitTogether, type Ways } from './submitAll.ts';

let made = 0;
const idOf = <P extends Parameters<typeof formatId>[0]>(prefix: P): string => {
  const random = new Uint8Array(16);
  new DataView(random.buffer).setUint32(0, ++made);
  return formatId(prefix, random);
};
const signed = (name: string, args: object, actor = 'x'): SignedCommand => ({
  command: { v: 1, channel: 'c', chaincode: 'a', commandId: idOf('cmd'), name, args } as unknown as AnyCommand,
  actor,
});
const site = (actor?: string) => signed('site:register', { site: `quay-${made}` }, actor);
const sites = (count: number) => Array.from({ length: count }, () => site());
const evaluation = (company: string) => signed('credit:evaluate', { company });

const commitOf = (result: unknown): Commit => ({ txId: 'a', blockNumber: 1, code: 'VALID', result, status: 'valid' });

/** A ledger that refuses these, and remembers what it was sent. */
const ledger = (refuses: (one: SignedCommand) => boolean = () => false) => {
  const sent: (readonly SignedCommand[])[] = [];
  const ways: Ways = {
    alone: async (one) => {
      sent.push([one]);
      if (refuses(one)) throw new AnlianError('already_exists', { field: '/args/site' });
      return commitOf('alone');
    },
    together: async (batch) => {
      sent.push(batch);
      const errors = batch.flatMap((one, at) =>
        refuses(one) ? [{ field: `/batch/${at}/args/site`, code: 'already_exists', detail: '' }] : [],
      );
      const [first] = errors;
      if (first) throw new AnlianError('already_exists', { field: first.field, errors });
      return commitOf(batch.map((_, at) => at));
    },
  };
  return { sent, ways };
};
const lengths = (sent: readonly (readonly unknown[])[]) => sent.map((batch) => batch.length).sort((a, b) => b - a);

describe('commands submitted together', () => {
  it('go in one transaction, each answered with its own result', async () => {
    const { sent, ways } = ledger();
    const outcomes = await submitTogether(ways, sites(20));
    expect(lengths(sent)).toEqual([20]);
    expect(outcomes.map((outcome) => (outcome as Commit).result)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  });

  it('go alone where there is one', async () => {
    const { sent, ways } = ledger();
    expect(await submitTogether(ways, sites(1))).toEqual([commitOf('alone')]);
    expect(lengths(sent)).toEqual([1]);
  });

  it('are none', async () => {
    expect(await submitTogether(ledger().ways, [])).toEqual([]);
  });

  it.each<[string, () => SignedCommand[], number[]]>([
    ['of two companies apart', () => ['A', 'B', 'A', 'B', 'A'].map(evaluation), [3, 2]],
    [
      'that name a company apart from those that name none',
      () => [evaluation('A'), ...sites(2), evaluation('A')],
      [2, 2],
    ],
    [
      'that go alone by themselves',
      () => [signed('proposal:vote', {}), signed('evidence:anchor', {}), ...sites(2)],
      [2, 1, 1],
    ],
    ['beyond the longest batch in the next', () => sites(MAX_BATCH_COMMANDS * 2 + 3), [64, 64, 3]],
    [
      'beyond the bytes of a batch in the next',
      () => Array.from({ length: 60 }, () => site(toBase64Url(new Uint8Array(3000)))),
      [31, 29],
    ],
    [
      'under one id apart',
      () => {
        const one = site();
        return [one, { ...one, actor: 'y' }];
      },
      [1, 1],
    ],
  ])('keep those %s', async (_, batch, expected) => {
    const { sent, ways } = ledger();
    await submitTogether(ways, batch());
    expect(lengths(sent)).toEqual(expected);
    for (const each of sent) expect(JSON.stringify(each).length).toBeLessThanOrEqual(MAX_BATCH_BYTES);
  });

  it('keep their order within a transaction', async () => {
    const batch = ['A', 'B', 'A', 'B', 'A'].map(evaluation);
    const { sent, ways } = ledger();
    await submitTogether(ways, batch);
    for (const each of sent) expect(batch.filter((one) => each.includes(one))).toEqual(each);
  });

  it('lose only the refused ones, which are sent alone for a refusal of their own', async () => {
    const batch = sites(20);
    const bad = new Set([batch[3], batch[17]]);
    const { sent, ways } = ledger((one) => bad.has(one));
    const outcomes = await submitTogether(ways, batch);
    expect(sent.map((each) => each.length)).toEqual([20, 18, 1, 1]);
    for (const [at, outcome] of outcomes.entries())
      if (bad.has(batch[at])) expect(outcome).toMatchObject({ code: 'already_exists', field: '/args/site' });
      else expect(outcome).toMatchObject({ code: 'VALID' });
  });

  it.each<[string, ConstructorParameters<typeof AnlianError>]>([
    ['names none of them', ['internal_error']],
    ['names one that is not there', ['already_exists', { field: '/batch/7/args' }]],
    ['names a place that only looks like one', ['already_exists', { field: '/batch/1x' }]],
  ])('are asked about one by one when the refusal %s', async (_, refusal) => {
    const { sent, ways } = ledger();
    const outcomes = await submitTogether(
      { ...ways, together: () => Promise.reject(new AnlianError(...refusal)) },
      sites(3),
    );
    expect(lengths(sent)).toEqual([1, 1, 1]);
    expect(outcomes).toEqual([commitOf('alone'), commitOf('alone'), commitOf('alone')]);
  });

  it('are all unknown when the line breaks: nothing is sent a second time here', async () => {
    const { sent, ways } = ledger();
    const lost = new AnlianError('ledger_unavailable');
    expect(await submitTogether({ ...ways, together: () => Promise.reject(lost) }, sites(3))).toEqual([
      lost,
      lost,
      lost,
    ]);
    expect(sent).toEqual([]);
  });

  it.each([
    'ledger_unavailable',
    'rate_limited',
    'unauthenticated',
    'submitter_unknown',
    'submitter_expired',
    'clock_skew',
    'channel_not_founded',
    'storage_full',
    'database_unavailable',
  ] as const)('are sent once when the line or the sender is refused by %s', async (code) => {
    let sent = 0;
    const refused = async () => {
      sent += 1;
      throw new AnlianError(code);
    };
    const outcomes = await submitTogether({ alone: refused, together: refused }, sites(MAX_BATCH_COMMANDS));
    expect(sent).toBe(1);
    expect(outcomes.map((outcome) => (outcome as AnlianError).code)).toEqual(Array(MAX_BATCH_COMMANDS).fill(code));
  });

  it('lose only the one whose own clock was off', async () => {
    const batch = sites(3);
    const { sent, ways } = ledger();
    const together: Ways['together'] = (given) =>
      given.length === 3
        ? Promise.reject(new AnlianError('clock_skew', { field: '/batch/1/issuedAt' }))
        : ways.together(given);
    const outcomes = await submitTogether({ ...ways, together }, batch);
    expect(lengths(sent)).toEqual([2, 1]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 'VALID' });
  });

  it('end with the abort', async () => {
    const { ways } = ledger();
    const aborted = new Error('no longer wanted');
    await expect(submitTogether({ ...ways, together: () => Promise.reject(aborted) }, sites(3))).rejects.toBe(aborted);
  });

  it.each([[null], [[]], [[1, 2]], [{ 0: 1 }]])('are not taken for done when a batch answers %j', async (result) => {
    const { ways } = ledger();
    const short = { ...ways, together: async () => commitOf(result), alone: async () => commitOf('asked again') };
    expect(await submitTogether(short, sites(3))).toEqual(Array(3).fill(commitOf('asked again')));
  });
});
