import { canonicalBytes, type GenesisPolicy, type MemberDescriptor, stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf, testKey } from '../../testing/keys.ts';
import { genesisOf, TestLedger } from '../../testing/ledger.ts';
import { genesisDigestOf } from '../digest.ts';

const refused = (code: string, field?: string) => expect.objectContaining({ code, ...(field && { field }) });

let ledger: TestLedger;
let governors: MemberDescriptor[];
beforeEach(() => {
  ledger = new TestLedger(['hengyuan', 'qichuan', 'zhengheng']);
  governors = (['hengyuan', 'qichuan', 'zhengheng'] as const).map((one) => ledger.governor(one));
});
const found = (policy: GenesisPolicy) => ledger.send('hengyuan', 'channel:found', { policy });
const names = () => ledger.events.map(({ name }) => name);

it('is complete when every founder has confirmed, and makes them the first members', async () => {
  const policy = genesisOf(governors);
  const genesis = await genesisDigestOf(policy);
  expect((await found(policy)).result).toEqual({ genesis, complete: false });
  const confirm = (member: string) => ledger.send(member, 'channel:confirm', { member, genesis });
  expect((await confirm('zhengheng')).result).toEqual({ genesis, complete: false });
  expect(await ledger.state.get(stateKey.member('hengyuan'))).toBeUndefined();
  expect((await confirm('qichuan')).result).toEqual({ genesis, complete: true });

  expect(await ledger.record(stateKey.channel())).toMatchObject({
    state: 'founding',
    confirmed: ['hengyuan', 'qichuan', 'zhengheng'],
  });
  expect(await ledger.record(stateKey.member('qichuan'))).toMatchObject({ kind: 'governor', state: 'active' });
  expect(names()).toEqual([
    'channel.founded',
    'channel.confirmed',
    'channel.confirmed',
    'channel.confirmed',
    'member.admitted',
    'member.admitted',
    'member.admitted',
  ]);
  await expect(confirm('qichuan')).rejects.toEqual(refused('channel_already_founded'));
});

it('of one governor is complete at once', async () => {
  const policy = genesisOf(governors.slice(0, 1));
  expect((await found(policy)).result).toMatchObject({ complete: true });
});

describe('a confirmation', () => {
  it('of another policy, or a second one, is refused', async () => {
    await found(genesisOf(governors));
    const { genesis } = await ledger.record<{ readonly genesis: string }>(stateKey.channel());
    const other = await genesisDigestOf(genesisOf(governors, { k: 2 }));
    const confirm = (member: string, digest: string) =>
      ledger.send(member, 'channel:confirm', { member, genesis: digest });
    await expect(confirm('qichuan', other)).rejects.toEqual(refused('genesis_mismatch'));
    await expect(confirm('hengyuan', genesis)).rejects.toEqual(refused('already_voted'));
  });
});

describe('a genesis policy', () => {
  const change = (at: number, changed: Partial<MemberDescriptor>): MemberDescriptor[] =>
    governors.map((one, index) => (index === at ? { ...one, ...changed } : one));

  it.each<[string, () => GenesisPolicy, string, string]>([
    ['for another channel', () => genesisOf(governors, { channel: 'other' }), 'wrong_channel', '/args/policy'],
    [
      'asking for more signatures than governors',
      () => genesisOf(governors, { k: 4 }),
      'invalid_input',
      '/args/policy/k',
    ],
    [
      'asking a member to witness itself',
      () => genesisOf(governors, { witnesses: 3 }),
      'invalid_input',
      '/args/policy/witnesses',
    ],
    [
      'with machine keys as sign-ins',
      () => genesisOf(governors, { voteAssertions: ['passkey', 'machine'] }),
      'invalid_input',
      '/args/policy/voteAssertions',
    ],
    [
      'with one name twice',
      () => genesisOf(change(1, { member: 'hengyuan' })),
      'already_exists',
      '/args/policy/governors/1/member',
    ],
    [
      'with one company twice',
      () => genesisOf(change(1, { company: governors[0]?.company ?? '' })),
      'already_exists',
      '/args/policy/governors/1/company',
    ],
    [
      'with one MSP twice',
      () => genesisOf(change(2, { mspId: 'hengyuanMSP' })),
      'already_exists',
      '/args/policy/governors/2/mspId',
    ],
    [
      'with one key twice',
      () => genesisOf(change(2, { keys: governors[0]?.keys ?? [] })),
      'key_exists',
      '/args/policy/governors/2/keys/0',
    ],
    [
      'with two keys for one use',
      () => genesisOf(change(2, { keys: [testKey('actor').descriptor, testKey('actor').descriptor] })),
      'invalid_input',
      '/args/policy/governors/2/keys/1',
    ],
    [
      'with a key under another’s id',
      () => genesisOf(change(2, { keys: [{ ...testKey('actor').descriptor, kid: testKey('log').descriptor.kid }] })),
      'invalid_input',
      '/args/policy/governors/2/keys/0/kid',
    ],
  ])('%s is refused whole', async (_, policy, code, field) => {
    await expect(found(policy())).rejects.toEqual(refused(code, field));
    expect(ledger.state.keys()).toEqual([]);
  });

  it('with a key that is no point of the curve is refused', async () => {
    const key = testKey('log').descriptor;
    const jwk = { kty: 'EC', crv: 'P-256', x: key.jwk.x, y: key.jwk.x } as const;
    const off = { kid: digestOf(canonicalBytes(jwk)), use: 'actor', jwk } as const;
    await expect(found(genesisOf(change(2, { keys: [off] })))).rejects.toEqual(
      refused('invalid_input', '/args/policy/governors/2/keys/0/jwk'),
    );
  });
});
