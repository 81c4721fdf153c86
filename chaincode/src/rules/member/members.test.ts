import { type KeyRecord, type MemberDescriptor, stateKey } from '@anlian/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { testKey } from '../../testing/keys.ts';
import { openLedgerWith, type TestLedger, USCC } from '../../testing/ledger.ts';
import { contractorOf, governorOf } from '../../testing/verbs.ts';

const refused = (code: string) => expect.objectContaining({ code });

let ledger: TestLedger;
beforeEach(async () => {
  ledger = await openLedgerWith(['hengyuan', 'qichuan', 'zhengheng'], ['dinggu']);
});

const admit = (member: MemberDescriptor) => ledger.adopt({ action: 'member.admit', member });
const registerKey = (member: string, key: ReturnType<typeof testKey>, how = {}) =>
  ledger.send(member, 'member:register_key', { key: key.descriptor }, how);
const keyRecord = (kid: string): Promise<KeyRecord> => ledger.record(stateKey.key(kid));

describe('admission', () => {
  it('makes the member findable by name, company and key; a tenant names its sponsor', async () => {
    const yunfan = ledger.participant('yunfan', 'dinggu');
    await admit(yunfan);
    expect(await ledger.record(stateKey.member('yunfan'))).toMatchObject({
      sponsor: 'dinggu',
      mspId: null,
      admittedAt: ledger.now,
    });
    expect(await ledger.record(stateKey.memberByCompany(USCC.yunfan))).toEqual({ member: 'yunfan' });
    expect(await keyRecord(ledger.keyOf('yunfan').descriptor.kid)).toMatchObject({ member: 'yunfan', retiredAt: null });
  });

  it.each<[string, () => Partial<MemberDescriptor>, string]>([
    ['a name that is taken', () => ({ member: 'dinggu' }), 'already_exists'],
    ['a company that is a member', () => ({ company: USCC.dinggu }), 'already_exists'],
    ['a key that is registered', () => ({ keys: [ledger.keyOf('dinggu').descriptor] }), 'key_exists'],
    ['an unknown sponsor', () => ({ sponsor: 'nobody' }), 'unknown_member'],
    [
      'a key that issues codes',
      () => ({ keys: [testKey('actor').descriptor, testKey('code').descriptor] }),
      'not_a_governor',
    ],
  ])('of a participant with %s is refused', async (_, change, code) => {
    await expect(admit({ ...ledger.participant('anlan'), ...change() })).rejects.toEqual(refused(code));
  });

  it('of a tenant on a tenant is refused', async () => {
    await admit(ledger.participant('yunfan', 'dinggu'));
    await expect(admit(ledger.participant('anlan', 'yunfan'))).rejects.toEqual(refused('invalid_input'));
  });

  it('of a governor under an MSP that is taken is refused', async () => {
    const tongzhou = { ...ledger.governor('tongzhou'), mspId: 'qichuanMSP' };
    await expect(admit(tongzhou)).rejects.toEqual(refused('already_exists'));
  });
});

describe('rotation of a key', () => {
  it('is signed by the old actor key, which ends in the same transaction', async () => {
    const old = ledger.keyOf('hengyuan');
    const next = testKey('actor');
    await registerKey('hengyuan', next);
    expect(await keyRecord(old.descriptor.kid)).toMatchObject({ retiredAt: ledger.now, compromisedSince: null });
    expect(await keyRecord(next.descriptor.kid)).toMatchObject({ from: ledger.now, retiredAt: null });

    const register = (key: typeof old) => ledger.send('hengyuan', 'site:register', { site: 'terminal' }, { key });
    await expect(register(old)).rejects.toEqual(refused('actor_key_unknown'));
    await register(next);
  });

  it('of another use leaves the rest alone', async () => {
    const actor = ledger.keyOf('hengyuan').descriptor.kid;
    const log = ledger.keyOf('hengyuan', 'log').descriptor.kid;
    await registerKey('hengyuan', testKey('log'));
    expect((await keyRecord(log)).retiredAt).toBe(ledger.now);
    expect((await keyRecord(actor)).retiredAt).toBeNull();
  });

  it('of gates is gate by gate', async () => {
    const [north, south] = [`gat_${'1'.repeat(32)}`, `gat_${'2'.repeat(32)}`];
    const keys = [testKey('gate', north), testKey('gate', south), testKey('gate', north)] as const;
    for (const key of keys) await registerKey('hengyuan', key);
    const retired = await Promise.all(keys.map(async ({ descriptor }) => (await keyRecord(descriptor.kid)).retiredAt));
    expect(retired).toEqual([ledger.now, null, null]);
  });

  it.each<[string, () => ReturnType<typeof testKey>, string]>([
    ['a key that was registered before', () => ledger.keyOf('qichuan', 'log'), 'key_exists'],
    [
      'a key under an id that is not its thumbprint',
      () => {
        const key = testKey('pack');
        return { ...key, descriptor: { ...key.descriptor, kid: testKey('pack').descriptor.kid } };
      },
      'invalid_input',
    ],
  ])('to %s is refused', async (_, key, code) => {
    await expect(registerKey('hengyuan', key())).rejects.toEqual(refused(code));
  });

  it('of a participant never gives it a key that issues codes', async () => {
    await expect(registerKey('dinggu', testKey('code'))).rejects.toEqual(refused('not_a_governor'));
  });
});

describe('retirement of a key', () => {
  const retire = (kid: string) => ledger.send('hengyuan', 'member:retire_key', { kid });

  it('ends it once', async () => {
    const { kid } = ledger.keyOf('hengyuan', 'log').descriptor;
    await retire(kid);
    expect((await keyRecord(kid)).retiredAt).toBe(ledger.now);
    await expect(retire(kid)).rejects.toEqual(refused('invalid_transition'));
  });

  it('never leaves a member without an actor key', async () => {
    await expect(retire(ledger.keyOf('hengyuan').descriptor.kid)).rejects.toEqual(refused('invalid_transition'));
  });
});

describe('revocation of a key by vote', () => {
  const revoke = (change: { compromisedSince?: string; replacement?: ReturnType<typeof testKey>['descriptor'] }) =>
    ledger.adopt({
      action: 'member.revoke_key',
      member: 'dinggu',
      kid: ledger.keyOf('dinggu').descriptor.kid,
      ...change,
    });
  const act = (key = ledger.keyOf('dinggu')) => registerKey('dinggu', testKey('entity'), { key });

  it('ends a compromised key and flags since when', async () => {
    const since = ledger.inDays(-3);
    await revoke({ compromisedSince: since });
    expect(await keyRecord(ledger.keyOf('dinggu').descriptor.kid)).toMatchObject({
      retiredAt: ledger.now,
      compromisedSince: since,
    });
    await expect(act()).rejects.toEqual(refused('actor_key_unknown'));
    await expect(revoke({ compromisedSince: since })).rejects.toEqual(refused('invalid_transition'));
  });

  it('can put the next key in the place of a lost one, so that the member can act again', async () => {
    const next = testKey('actor');
    await revoke({ replacement: next.descriptor });
    await expect(act()).rejects.toEqual(refused('actor_key_unknown'));
    await act(next);
  });

  it('with a replacement for another use, or since a time to come, is refused', async () => {
    await expect(revoke({ replacement: testKey('log').descriptor })).rejects.toEqual(refused('invalid_input'));
    await expect(revoke({ compromisedSince: ledger.inDays(1) })).rejects.toEqual(refused('in_the_future'));
  });
});

describe('an expelled member', () => {
  it('may let workers out and answer for its record until its wind-down ends, and nothing else', async () => {
    const maker = governorOf(ledger, 'qichuan');
    const port = governorOf(ledger, 'hengyuan');
    await maker.registersSite('paint-shop');
    await port.registersSite('terminal');
    const [first, second] = [await maker.admits('dinggu', 'paint-shop'), await port.admits('qichuan', 'terminal')];
    ledger.pass({ hours: 1 });
    const [one, two] = [
      await port.notices('qichuan', 'terminal', second),
      await port.notices('qichuan', 'terminal', second),
    ];
    await ledger.adopt({ action: 'member.expel', member: 'qichuan', windDownUntil: ledger.inDays(2) });
    const subject = contractorOf(ledger, 'qichuan');

    await subject.acknowledges(one);
    await maker.releases('dinggu', 'paint-shop', first);
    await expect(maker.registersSite('depot')).rejects.toEqual(refused('member_expelled'));
    await expect(registerKey('qichuan', testKey('pack'))).rejects.toEqual(refused('member_expelled'));
    ledger.pass({ days: 2, ms: -1 });
    await subject.appeals(two);
    ledger.pass({ ms: 1 });
    await expect(subject.acknowledges(two)).rejects.toEqual(refused('member_expelled'));
  });

  it('that governed submits its own wind-down, and its tenants’, until then, and nothing else', async () => {
    const maker = governorOf(ledger, 'qichuan');
    const port = governorOf(ledger, 'hengyuan');
    await admit(ledger.participant('yunfan', 'qichuan'));
    await maker.registersSite('paint-shop');
    await port.registersSite('terminal');
    const inside = await maker.admits('dinggu', 'paint-shop');
    const atPort = await port.admits('yunfan', 'terminal');
    ledger.pass({ hours: 1 });
    const [one, two] = [
      await port.notices('yunfan', 'terminal', atPort),
      await port.notices('yunfan', 'terminal', atPort),
    ];
    await ledger.adopt({ action: 'member.expel', member: 'qichuan', windDownUntil: ledger.inDays(2) });
    const carriedBy = 'qichuan';
    const release = { site: 'paint-shop', company: USCC.dinggu, admission: inside, at: ledger.now };
    const appeal = (violation: string) => contractorOf(ledger, 'yunfan').appeals(violation, { carriedBy });

    await ledger.send('qichuan', 'site:release', release, { carriedBy });
    await appeal(one);
    await expect(ledger.send('qichuan', 'site:register', { site: 'depot' }, { carriedBy })).rejects.toEqual(
      refused('member_expelled'),
    );
    await expect(ledger.send('hengyuan', 'site:register', { site: 'depot' }, { carriedBy })).rejects.toEqual(
      refused('submitter_unknown'),
    );
    ledger.pass({ days: 2 });
    await expect(appeal(two)).rejects.toEqual(refused('submitter_unknown'));
    await contractorOf(ledger, 'yunfan').appeals(two);
    const late = { ...release, at: ledger.now };
    await expect(ledger.send('qichuan', 'site:release', late, { carriedBy })).rejects.toEqual(
      refused('member_expelled'),
    );
  });

  it('leaves the others their majority: every governor that remains, of two', async () => {
    await ledger.adopt({ action: 'member.expel', member: 'qichuan', windDownUntil: ledger.inDays(2) });
    const proposal = ledger.id('prp');
    const proposed = { action: 'member.admit', member: ledger.participant('anlan') } as const;
    await ledger.send('zhengheng', 'proposal:open', { proposal, proposed });
    const vote = (member: string) => ledger.send(member, 'proposal:vote', { proposal, vote: 'for' });
    await expect(vote('qichuan')).rejects.toEqual(refused('member_expelled'));
    expect(await ledger.record(stateKey.proposal(proposal))).toMatchObject({ electorate: ['hengyuan', 'zhengheng'] });
    expect((await vote('hengyuan')).result).toMatchObject({ outcome: 'adopted' });
  });

  it('keeps its name: nobody is admitted under it again', async () => {
    await ledger.adopt({ action: 'member.expel', member: 'dinggu', windDownUntil: ledger.now });
    await expect(admit(ledger.participant('dinggu'))).rejects.toEqual(refused('already_exists'));
  });
});
