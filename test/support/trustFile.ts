import type { GenesisPolicy, KeyDescriptor, MemberDescriptor, TrustBundle, TrustedMember } from '@anlian/contracts';
import { toBase64Url, toInstant } from '@anlian/contracts';
import { configurationBlocksOf, type FollowedTransaction, followBlock, type Ledger } from '@anlian/sdk/ledger';

type Writable = { -readonly [K in keyof TrustedMember]: TrustedMember[K] };

const trusted = (key: KeyDescriptor, from: string): TrustedMember['keys'][number] => ({
  key,
  from,
  to: null,
  compromisedSince: null,
});

const admitted = ({ member, company, kind, mspId, keys }: MemberDescriptor, from: string): Writable => ({
  member,
  company,
  kind,
  mspId: mspId ?? null,
  from,
  to: null,
  keys: keys.map((key) => trusted(key, from)),
});

const project = (members: Map<string, Writable>, { events, txTime }: FollowedTransaction): void => {
  for (const event of events) {
    if (event.name === 'member.admitted') members.set(event.data.member.member, admitted(event.data.member, txTime));
    if (event.name === 'member.key_registered')
      members.get(event.data.member)?.keys.push(trusted(event.data.key, txTime));
    if (event.name === 'member.key_retired') {
      const { member, kid, compromisedSince } = event.data;
      const key = members.get(member)?.keys.find((entry) => entry.key.kid === kid);
      if (key) Object.assign(key, { to: txTime, compromisedSince });
    }
    if (event.name === 'member.expelled') Object.assign(members.get(event.data.member) ?? {}, { to: txTime });
  }
};

const policyIn = ({ events }: FollowedTransaction): GenesisPolicy | undefined =>
  events.flatMap((event) => (event.name === 'channel.founded' ? event.data.policy : []))[0];

/** The trust file that a member would make by following the whole ledger; of a channel that nobody has founded, one that asks for little. */
export const trustFileOf = async (ledger: Ledger, change: Partial<TrustBundle> = {}): Promise<TrustBundle> => {
  const { channel, chaincode, kind, genesisHash, height } = await ledger.describe();
  const members = new Map<string, Writable>();
  let policy: GenesisPolicy | undefined;
  for (let number = 0; number < height; number++)
    for (const tx of (await followBlock(await ledger.block(number), chaincode)).txs) {
      if (tx.code !== 'VALID') continue;
      project(members, tx);
      policy ??= policyIn(tx);
    }
  return {
    v: 1,
    channel,
    chaincode,
    ledger: kind,
    genesisHash,
    genesis: toBase64Url(await ledger.block(0)),
    updates: (await configurationBlocksOf((number) => ledger.block(number))(height)).map(toBase64Url),
    k: policy?.k ?? 1,
    witnesses: policy?.witnesses ?? 0,
    voteAssertions: ['development'],
    personAssertions: ['development'],
    members: [...members.values()],
    asOf: { height, at: toInstant(Date.now()) },
    publishedBy: [...members.keys()].slice(0, 2),
    ...change,
  };
};
