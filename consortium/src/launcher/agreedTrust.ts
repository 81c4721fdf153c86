import { AnlianError, canonicalText, type TrustBundle } from '@anlian/contracts';

/**
 * What a verifier goes by, and what two honest governors publish alike. Left out are the block bytes, on which peers keep different
 * signatures of the orderers (the genesis hash stands for them), and the height, at which nodes differ while blocks come.
 */
const COMPARED = [
  'genesisHash',
  'channel',
  'chaincode',
  'ledger',
  'k',
  'witnesses',
  'voteAssertions',
  'personAssertions',
  'members',
] as const satisfies readonly (keyof TrustBundle)[];

const byName = <T>(items: readonly T[], nameOf: (item: T) => string): T[] =>
  items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));

/** Databases sort by their own collation. */
const inOrder = ({ members, ...list }: TrustBundle): TrustBundle => ({
  ...list,
  members: byName(members, ({ member }) => member).map((member) => ({
    ...member,
    keys: byName(member.keys, ({ key }) => key.kid),
  })),
});

const textOf = (value: unknown): string => canonicalText(value ?? null);

/** Names of the members whom two lists know differently. */
const membersApart = (one: TrustBundle, other: TrustBundle): string[] => {
  const [mine, theirs] = [one, other].map(
    ({ members }) => new Map(members.map((member) => [member.member, textOf(member)])),
  ) as [Map<string, string>, Map<string, string>];
  return [...new Set([...mine.keys(), ...theirs.keys()])].filter((name) => mine.get(name) !== theirs.get(name)).sort();
};

const describe = (field: (typeof COMPARED)[number], one: TrustBundle, other: TrustBundle): string =>
  field === 'members'
    ? `members: ${membersApart(one, other).join(', ')}`
    : `${field}: ${textOf(one[field])} ≠ ${textOf(other[field])}`;

/** In what two lists differ, in words; empty where they are of one mind. */
const differencesBetween = (one: TrustBundle, other: TrustBundle): string[] =>
  COMPARED.filter((field) => textOf(one[field]) !== textOf(other[field])).map((field) => describe(field, one, other));

/**
 * The trust list that governors publish alike, under all their names.
 * @throws {AnlianError} `genesis_mismatch`, `trust_lists_differ` naming the difference, and whose lists they are
 */
export const agreedTrust = (lists: readonly TrustBundle[]): TrustBundle => {
  const [first, ...others] = lists;
  if (first === undefined) throw new RangeError('a trust file is of some governor');
  for (const other of others) {
    const found = differencesBetween(inOrder(first), inOrder(other));
    if (found.length === 0) continue;
    const field = [first, other].flatMap(({ publishedBy }) => publishedBy).join(' ≠ ');
    const code = first.genesisHash === other.genesisHash ? 'trust_lists_differ' : 'genesis_mismatch';
    throw new AnlianError(code, { field, detail: found.join('; ') });
  }
  return { ...first, publishedBy: lists.flatMap(({ publishedBy }) => publishedBy) };
};
