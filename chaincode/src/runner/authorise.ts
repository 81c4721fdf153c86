import {
  type ActorClaims,
  AnlianError,
  AUTHORITY,
  type Authority,
  type CommandName,
  type GenesisPolicy,
  type MemberKind,
  ROLES,
  type Role,
} from '@anlian/contracts';

type AssertionNeed = Authority['assertion'];

/** The lists of the genesis policy that say which sign-ins count. */
type SignInPolicy = Pick<GenesisPolicy, 'voteAssertions' | 'personAssertions'>;

/** The sign-ins of people that satisfy each need. A genesis policy that lists `machine` among them is refused. */
const PERSON_SIGN_INS: Readonly<Record<AssertionNeed, (policy: SignInPolicy) => readonly string[]>> = {
  vote: ({ voteAssertions }) => voteAssertions,
  person: ({ personAssertions }) => personAssertions,
  machine: () => [],
  person_or_machine: ({ personAssertions }) => personAssertions,
};
const MACHINE_NEEDS: readonly AssertionNeed[] = ['machine', 'person_or_machine'];

const isSignedInAs = (role: Role, need: AssertionNeed, policy: SignInPolicy, acr: string): boolean =>
  ROLES[role].machine ? acr === 'machine' && MACHINE_NEEDS.includes(need) : PERSON_SIGN_INS[need](policy).includes(acr);

/**
 * Holds an actor against the authority table: kind of member, role, strength of the sign-in. The relationship to the object is the
 * rule's to check, since it reads the object.
 * @throws AnlianError `not_a_governor`, `forbidden`, `assertion_too_weak`
 */
export const authorise = (name: CommandName, kind: MemberKind, claims: ActorClaims, policy: SignInPolicy): void => {
  const authority = AUTHORITY[name];
  if (!authority.kinds.includes(kind)) throw new AnlianError('not_a_governor', { field: 'actor' });
  const roles = authority.roles.filter((role) => claims.roles.includes(role));
  if (roles.length === 0)
    throw new AnlianError('forbidden', { field: 'actor', detail: `${name} needs ${authority.roles.join(' or ')}` });
  if (!roles.some((role) => isSignedInAs(role, authority.assertion, policy, claims.acr)))
    throw new AnlianError('assertion_too_weak', { field: 'actor' });
};
