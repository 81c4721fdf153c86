import type { TrustBundle, TrustedMember } from '@anlian/contracts';
import { expect, it } from 'vitest';
import { signer } from './fixture.ts';
import { codeKeysOfTrust, thumbprint } from './keys.ts';

const FROM = '2026-01-01T00:00:00.000Z';
const EARLY = '2026-05-01T00:00:00.000Z';
const LATE = '2026-06-01T00:00:00.000Z';

const endOfKey = async (retired: string | null, expelled: string | null): Promise<number | null | undefined> => {
  const { jwk } = signer();
  const key = { kid: await thumbprint(jwk), use: 'code' as const, jwk };
  const governor: TrustedMember = {
    member: 'qichuan',
    company: '91990202MAAA000209',
    kind: 'governor',
    mspId: 'qichuanMSP',
    from: FROM,
    to: expelled,
    keys: [{ key, from: FROM, to: retired, compromisedSince: null }],
  };
  const trust: TrustBundle = {
    v: 1,
    channel: 'anlian-test',
    chaincode: 'anlian',
    ledger: 'embedded',
    genesisHash: '0'.repeat(64),
    genesis: '',
    updates: [],
    k: 1,
    witnesses: 0,
    voteAssertions: [],
    personAssertions: [],
    members: [governor],
    asOf: { height: 1, at: LATE },
    publishedBy: [],
  };
  return (await codeKeysOfTrust(trust))[0]?.toMs;
};

it.each([
  ['not at all while it is in use', null, null, null],
  ['when it is retired', EARLY, null, EARLY],
  ['when its governor is expelled', null, EARLY, EARLY],
  ['when it is retired before its governor is expelled', EARLY, LATE, EARLY],
  ['when its governor is expelled, though it is retired afterwards', LATE, EARLY, EARLY],
])('a code key of a trust bundle ends %s', async (_when, retired, expelled, end) => {
  expect(await endOfKey(retired, expelled)).toBe(end === null ? null : Date.parse(end));
});
