import { canonicalBytes, canonicalText, stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../testing/keys.ts';
import { genesisOf, openLedgerWith, type Sending, TestLedger } from '../testing/ledger.ts';
import { MAX_COMMAND_BYTES } from './decode.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan'], ['dinggu']);
});

const site = (how: Sending = {}) => ledger.call('hengyuan', 'site:register', { site: 'terminal' }, how);
const refused = (code: string) => expect.objectContaining({ code });
const forged = (how: Sending = {}): string =>
  site({ ...how, key: testKey('actor'), header: { kid: ledger.keyOf('hengyuan').descriptor.kid } }).actor;

describe('a repeated command', () => {
  it('answers as the first time, changes nothing and tells nothing', async () => {
    const call = site();
    const first = await ledger.submit(call);
    const keys = ledger.state.keys();
    expect(await ledger.submit(call)).toEqual({ writes: [], events: [], result: first.result });
    expect(ledger.state.keys()).toEqual(keys);
  });

  it('answers even when the signature has expired meanwhile', async () => {
    const call = site();
    await ledger.submit(call);
    ledger.pass({ days: 30 });
    expect(await ledger.submit({ ...call, txTime: ledger.now })).toMatchObject({ result: { site: 'terminal' } });
  });

  it('answers after its key was retired, as a change of keys may come between', async () => {
    const call = site();
    await ledger.submit(call);
    await ledger.adopt({
      action: 'member.revoke_key',
      member: 'hengyuan',
      kid: ledger.keyOf('hengyuan').descriptor.kid,
    });
    expect(await ledger.submit({ ...call, txTime: ledger.now })).toMatchObject({ result: { site: 'terminal' } });
  });

  it('answers while the channel is still being founded', async () => {
    const young = new TestLedger(['hengyuan', 'qichuan']);
    const policy = genesisOf([young.governor('hengyuan'), young.governor('qichuan')]);
    const call = young.call('hengyuan', 'channel:found', { policy });
    const { result } = await young.submit(call);
    expect(await young.submit(call)).toEqual({ writes: [], events: [], result });
    await expect(young.submit({ ...call, actor: 'garbage' })).rejects.toEqual(refused('actor_invalid'));
  });

  it.each<[string, (commandId: string) => string, string]>([
    ['no token', () => 'garbage', 'actor_invalid'],
    ['a token beyond 4096 characters', () => 'x'.repeat(4097), 'actor_invalid'],
    ['a forged signature', (commandId) => forged({ commandId }), 'actor_invalid'],
    [
      'a key that nobody registered',
      (commandId) => site({ commandId, key: testKey('actor') }).actor,
      'actor_key_unknown',
    ],
    [
      'another member’s key',
      (commandId) => site({ commandId, key: ledger.keyOf('qichuan') }).actor,
      'actor_key_unknown',
    ],
    [
      'a key for another use',
      (commandId) => site({ commandId, key: ledger.keyOf('hengyuan', 'code') }).actor,
      'actor_key_unknown',
    ],
    ['a token for another command', () => site().actor, 'actor_invalid'],
  ])('is refused with %s, for who follows the ledger reads it', async (_, actor, code) => {
    const commandId = ledger.id('cmd');
    const call = site({ commandId });
    await ledger.submit(call);
    await expect(ledger.submit({ ...call, actor: actor(commandId) })).rejects.toEqual(refused(code));
  });

  it('is refused from a submitter that is no governor', async () => {
    const call = site();
    await ledger.submit(call);
    await expect(ledger.submit({ ...call, mspId: 'strangerMSP' })).rejects.toEqual(refused('submitter_unknown'));
  });

  it('is one of the same member: nobody can use up another’s id', async () => {
    const commandId = ledger.id('cmd');
    await ledger.send('qichuan', 'site:register', { site: 'depot' }, { commandId });
    expect(await ledger.submit(site({ commandId }))).toMatchObject({ result: { site: 'terminal' } });
  });

  it('with other content is refused', async () => {
    const commandId = ledger.id('cmd');
    await ledger.send('hengyuan', 'site:register', { site: 'terminal' }, { commandId });
    await expect(ledger.send('hengyuan', 'site:register', { site: 'depot' }, { commandId })).rejects.toEqual(
      refused('command_conflict'),
    );
  });

  it('that was refused can be sent again: nothing was kept', async () => {
    const call = site({ roles: ['auditor'] });
    await expect(ledger.submit(call)).rejects.toEqual(refused('forbidden'));
    const { commandId } = JSON.parse(new TextDecoder().decode(call.command));
    expect(await ledger.state.get(stateKey.command('hengyuan', commandId))).toBeUndefined();
    await ledger.submit(site({ commandId }));
  });
});

describe('the bytes of a command', () => {
  const command = () => JSON.parse(new TextDecoder().decode(site().command));

  it.each([
    ['empty', () => new Uint8Array(), 'invalid_input'],
    ['not JSON', () => utf8('{'), 'invalid_input'],
    ['not UTF-8', () => Uint8Array.of(0x22, 0xff, 0x22), 'invalid_input'],
    ['a byte order mark', () => utf8(`\ufeff${canonicalText(command())}`), 'invalid_input'],
    ['a trailing newline', () => utf8(`${canonicalText(command())}\n`), 'invalid_input'],
    ['keys in another order', () => utf8(JSON.stringify({ v: 1, ...command() })), 'invalid_input'],
    ['a key twice', () => utf8(canonicalText(command()).replace('{', '{"args":{},')), 'invalid_input'],
    [
      'an escape where none is needed',
      () => utf8(canonicalText(command()).replace('terminal', '\\u0074erminal')),
      'invalid_input',
    ],
    ['a number spelled otherwise', () => utf8(canonicalText(command()).replace('"v":1', '"v":1.0')), 'invalid_input'],
    ['an unknown member', () => canonicalBytes({ ...command(), note: 'x' }), 'invalid_input'],
    [
      'an inherited name',
      () => canonicalBytes({ ...command(), args: { ...command().args, constructor: 1 } }),
      'invalid_input',
    ],
    ['no object', () => utf8('null'), 'invalid_input'],
    ['deep nesting', () => utf8('['.repeat(100_000)), 'invalid_input'],
    [
      'deep nesting in a member',
      () => utf8(`{"name":"site:register","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
      'invalid_input',
    ],
    ['too many bytes', () => new Uint8Array(MAX_COMMAND_BYTES + 1), 'payload_too_large'],
    ['another function’s command', () => canonicalBytes({ ...command(), name: 'credit:notice' }), 'invalid_input'],
    ['another channel', () => canonicalBytes({ ...command(), channel: 'other' }), 'wrong_channel'],
    ['another chaincode', () => canonicalBytes({ ...command(), chaincode: 'other' }), 'wrong_channel'],
  ])('%s is refused', async (_, bytes, code) => {
    await expect(ledger.submit({ ...site(), command: bytes() })).rejects.toEqual(refused(code));
  });

  it.each(['site:demolish', 'constructor', '__proto__', ''])('of the unknown function %j are refused', async (name) => {
    await expect(ledger.submit({ ...site(), name })).rejects.toEqual(refused('unknown_command'));
  });

  it('of one function under the name of another are refused, however valid', async () => {
    const call = ledger.call('hengyuan', 'site:register', { site: 'terminal' });
    await expect(ledger.submit({ ...call, name: 'member:retire_key' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: '/name',
    });
  });

  it('with half a surrogate pair in a text are refused', async () => {
    const call = ledger.call('dinggu', 'evidence:anchor', { checkpoint: 'half', consistency: [], gates: [] });
    const half = new TextDecoder().decode(call.command).replace('half', '\\ud800');
    await expect(ledger.submit({ ...call, command: utf8(half) })).rejects.toEqual(refused('invalid_input'));
  });

  it('with every fault of its fields are refused at once', async () => {
    const args = { site: 'X', from: 'yesterday' };
    await expect(
      ledger.submit({ ...site(), command: canonicalBytes({ ...command(), commandId: 'cmd_1', args }) }),
    ).rejects.toMatchObject({
      code: 'invalid_input',
      errors: [{ field: '/commandId' }, { field: '/args/site' }, { field: '/args' }],
    });
  });

  it('with a company code whose check digit is wrong are refused as such', async () => {
    const call = ledger.call('hengyuan', 'site:admit', {
      site: 'terminal',
      company: '91990101MAAA00039K',
      admission: ledger.id('adm'),
      from: ledger.now,
    });
    await expect(ledger.submit(call)).rejects.toMatchObject({ code: 'invalid_uscc', field: '/args/company' });
  });
});

describe('the actor', () => {
  const THIRTY_DAYS_S = 30 * 86_400;
  const seconds = (): number => Date.parse(ledger.now) / 1000;
  const minutes = (count: number): string => new Date(Date.parse(ledger.now) + count * 60_000).toISOString();

  it.each<[string, () => Sending, string]>([
    ['another algorithm', () => ({ header: { alg: 'none' } }), 'actor_invalid'],
    ['another type', () => ({ header: { typ: 'JWT' } }), 'actor_invalid'],
    ['a critical extension', () => ({ header: { crit: ['b64'], b64: false } }), 'actor_invalid'],
    ['a key of its own', () => ({ header: { jwk: testKey('actor').descriptor.jwk } }), 'actor_invalid'],
    ['an unknown claim', () => ({ claims: { admin: true } }), 'actor_invalid'],
    ['another command', () => ({ claims: { cmd: 'A'.repeat(43) } }), 'actor_invalid'],
    ['a name instead of a pseudonym', () => ({ claims: { sub: 'Wang Wei' } }), 'actor_invalid'],
    ['an unregistered key', () => ({ key: testKey('actor') }), 'actor_key_unknown'],
    ['a key for another use', () => ({ key: ledger.keyOf('hengyuan', 'code') }), 'actor_key_unknown'],
    ['another member’s key', () => ({ key: ledger.keyOf('qichuan') }), 'actor_key_unknown'],
    ['another member’s name', () => ({ claims: { org: 'qichuan' } }), 'actor_key_unknown'],
    [
      'a forged signature',
      () => ({ key: testKey('actor'), header: { kid: ledger.keyOf('hengyuan').descriptor.kid } }),
      'actor_invalid',
    ],
    ['a life of more than 72 h', () => ({ expiresAt: minutes(72 * 60 + 1) }), 'actor_invalid'],
    ['no life', () => ({ expiresAt: ledger.now }), 'actor_invalid'],
    ['a first acceptance after the signature', () => ({ claims: { accepted: seconds() + 1 } }), 'actor_invalid'],
    [
      'a first acceptance over 30 days back',
      () => ({ claims: { accepted: seconds() - THIRTY_DAYS_S - 1 } }),
      'actor_invalid',
    ],
    ['a first acceptance in parts of a second', () => ({ claims: { accepted: seconds() - 0.5 } }), 'actor_invalid'],
    ['an end that is now', () => ({ signedAt: minutes(-10), expiresAt: ledger.now }), 'actor_expired'],
    ['a clock three minutes ahead', () => ({ signedAt: minutes(3), expiresAt: minutes(9) }), 'clock_skew'],
  ])('with %s is refused', async (_, how, code) => {
    await expect(ledger.submit(site(how()))).rejects.toEqual(refused(code));
  });

  it.each<[string, () => Sending]>([
    ['a clock two minutes ahead', () => ({ signedAt: minutes(2), expiresAt: minutes(9) })],
    ['a life of 72 h', () => ({ expiresAt: minutes(72 * 60) })],
    ['a first acceptance 30 days back', () => ({ claims: { accepted: seconds() - THIRTY_DAYS_S } })],
    ['a first acceptance at the signature', () => ({ claims: { accepted: seconds() } })],
    ['a second left', () => ({ signedAt: minutes(-10), expiresAt: minutes(1 / 60) })],
  ])('with %s is accepted', async (_, how) => {
    await expect(ledger.submit(site(how()))).resolves.toMatchObject({ result: { site: 'terminal' } });
  });

  it.each([
    ['empty', ''],
    ['of empty parts', '..'],
    ['of no JSON', 'a.b.c'],
    ['of four parts', 'a.b.c.d'],
    ['padded', '=.=.='],
    ['too long', 'x'.repeat(5000)],
  ])('whose token is %s is refused', async (_, actor) => {
    await expect(ledger.submit({ ...site(), actor })).rejects.toEqual(refused('actor_invalid'));
  });

  it('whose token lost or gained a byte anywhere is refused', async () => {
    const call = site();
    for (const at of [0, 10, call.actor.indexOf('.'), call.actor.length - 1]) {
      const shorter = call.actor.slice(0, at) + call.actor.slice(at + 1);
      await expect(ledger.submit({ ...call, actor: shorter })).rejects.toEqual(refused('actor_invalid'));
    }
    await expect(ledger.submit({ ...call, actor: `${call.actor}A` })).rejects.toEqual(refused('actor_invalid'));
  });
});

describe('the submitter', () => {
  it('may be any governor, carrying another member’s command', async () => {
    await ledger.submit(site({ carriedBy: 'qichuan' }));
    const entity = ledger.hold('dinggu', testKey('entity'));
    await ledger.send('dinggu', 'member:register_key', { key: entity.descriptor }, { carriedBy: 'qichuan' });
  });

  it.each(['dinggu', 'stranger'])('%s is no governor and is refused', async (carriedBy) => {
    await expect(ledger.submit(site({ carriedBy }))).rejects.toEqual(refused('submitter_unknown'));
  });

  it('that was expelled is refused', async () => {
    const three = await openLedgerWith(['hengyuan', 'qichuan', 'zhengheng'], []);
    await three.adopt({ action: 'member.expel', member: 'zhengheng', windDownUntil: three.inDays(30) });
    const call = three.call('hengyuan', 'site:register', { site: 'terminal' }, { carriedBy: 'zhengheng' });
    await expect(three.submit(call)).rejects.toEqual(refused('submitter_unknown'));
  });
});

describe('before every founder has confirmed', () => {
  it('nothing but the founding is possible', async () => {
    const young = new TestLedger(['hengyuan', 'qichuan']);
    const policy = genesisOf([young.governor('hengyuan'), young.governor('qichuan')]);
    const register = () => young.send('hengyuan', 'site:register', { site: 'terminal' });
    await expect(register()).rejects.toEqual(refused('channel_not_founded'));
    await young.send('hengyuan', 'channel:found', { policy });
    await expect(register()).rejects.toEqual(refused('channel_not_founded'));
    await expect(young.send('qichuan', 'channel:found', { policy })).rejects.toEqual(
      refused('channel_already_founded'),
    );
  });
});
