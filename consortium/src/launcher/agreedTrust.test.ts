import type { TrustBundle } from '@anlian/contracts';
import { describe, expect, it } from 'vitest';
import { agreedTrust } from './agreedTrust.ts';

const AT = '2026-11-22T08:00:00.000Z';
const member = (name: string, to: string | null = null): TrustBundle['members'][number] => ({
  member: name,
  company: '91990101MAAA00012T',
  kind: 'governor',
  mspId: `${name}MSP`,
  from: AT,
  to,
  keys: [],
});
const list = (of: string, change: Partial<TrustBundle> = {}): TrustBundle => ({
  v: 1,
  channel: 'anlian-local',
  chaincode: 'anlian',
  ledger: 'fabric',
  genesisHash: 'a'.repeat(64),
  genesis: of,
  updates: [],
  k: 2,
  witnesses: 2,
  voteAssertions: ['development'],
  personAssertions: ['development'],
  members: [member('hengyuan'), member('qichuan')],
  asOf: { height: 9, at: AT },
  publishedBy: [of],
  ...change,
});

describe('the trust file of two governors', () => {
  it('is under both names, whatever their heights, their order and the signatures on their blocks', () => {
    const [, qichuan] = list('').members;
    const members = [qichuan, member('hengyuan')].filter((one) => one !== undefined);
    const other = list('qichuan', { asOf: { height: 12, at: AT }, members });
    expect(agreedTrust([list('hengyuan'), other])).toEqual(list('hengyuan', { publishedBy: ['hengyuan', 'qichuan'] }));
  });

  it.each<[string, Partial<TrustBundle>, string, string]>([
    ['signatures asked for', { k: 1 }, 'trust_lists_differ', 'k: 2 ≠ 1'],
    ['witnesses asked for', { witnesses: 0 }, 'trust_lists_differ', 'witnesses: 2 ≠ 0'],
    [
      'sign-ins that count',
      { voteAssertions: ['development', 'machine'] },
      'trust_lists_differ',
      'voteAssertions: ["development"] ≠ ["development","machine"]',
    ],
    ['a member less', { members: [member('hengyuan')] }, 'trust_lists_differ', 'members: qichuan'],
    ['a member more', { members: [...list('').members, member('zzz')] }, 'trust_lists_differ', 'members: zzz'],
    [
      'a member that left',
      { members: [member('hengyuan', AT), member('qichuan')] },
      'trust_lists_differ',
      'members: hengyuan',
    ],
    ['the ledger', { ledger: 'embedded', k: 1 }, 'trust_lists_differ', 'ledger: "fabric" ≠ "embedded"; k: 2 ≠ 1'],
    [
      'the genesis block',
      { genesisHash: 'b'.repeat(64) },
      'genesis_mismatch',
      `genesisHash: "${'a'.repeat(64)}" ≠ "${'b'.repeat(64)}"`,
    ],
  ])('is refused where they differ in %s, and says in what', (_, change, code, detail) => {
    const refused = expect.objectContaining({ code, field: 'hengyuan ≠ qichuan', detail });
    expect(() => agreedTrust([list('hengyuan'), list('qichuan', change)])).toThrow(refused);
  });
});
