import { COMMAND_NAMES, type CommandName, toInstant } from '@anlian/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import { attempt, type Busy, busyLedger, sceneIn } from '../testing/authorityScenes.ts';

const VOTES_S = 300;
const OTHERS_S = 259_200;

/** The longest life of each command's signature in seconds, written out and not derived from the table it is held against. */
const LIVES: Readonly<Record<CommandName, number>> = {
  'channel:found': VOTES_S,
  'channel:confirm': VOTES_S,
  'proposal:open': VOTES_S,
  'proposal:vote': VOTES_S,
  'member:register_key': OTHERS_S,
  'member:retire_key': OTHERS_S,
  'site:register': OTHERS_S,
  'site:admit': OTHERS_S,
  'site:release': OTHERS_S,
  'credential:register': OTHERS_S,
  'credential:suspend': OTHERS_S,
  'credential:unsuspend': OTHERS_S,
  'credential:revoke': OTHERS_S,
  'credit:notice': OTHERS_S,
  'credit:acknowledge': OTHERS_S,
  'credit:appeal': OTHERS_S,
  'credit:withdraw_appeal': OTHERS_S,
  'credit:resolve': OTHERS_S,
  'credit:evaluate': OTHERS_S,
  'credit:issue': OTHERS_S,
  'credit:revoke_code': OTHERS_S,
  'evidence:anchor': OTHERS_S,
};

let busy: Busy;
beforeAll(async () => {
  busy = await busyLedger();
});

it('is told of every command', () => {
  expect(Object.keys(LIVES)).toEqual(COMMAND_NAMES);
});

describe.each(Object.entries(LIVES) as [CommandName, number][])('the signature of %s', (name, lifeS) => {
  /** Sends it signed so many seconds before the transaction's time, to end so many after the signature. */
  const sent = async (ageS: number, spanS: number): Promise<string> => {
    const { ledger, args, member } = await sceneIn(busy, name, 'hengyuan');
    const signedMs = Date.parse(ledger.now) - ageS * 1000;
    const span = { signedAt: toInstant(signedMs), expiresAt: toInstant(signedMs + spanS * 1000) };
    return attempt(ledger, member, name, args, span);
  };

  it(`lives ${lifeS} s`, async () => {
    expect(await sent(0, lifeS)).toBe('done');
    expect(await sent(lifeS - 1, lifeS)).toBe('done');
    expect(await sent(lifeS, lifeS)).toBe('actor_expired');
  });

  it('is refused when it was made to live a second longer, however fresh', async () => {
    expect(await sent(0, lifeS + 1)).toBe('actor_invalid');
    expect(await sent(lifeS, lifeS + 1)).toBe('actor_invalid');
  });

  it('by a clock two minutes ahead lives as long from then on, and not from three minutes ahead', async () => {
    expect(await sent(-120, lifeS)).toBe('done');
    expect(await sent(-180, lifeS)).toBe('clock_skew');
  });
});
