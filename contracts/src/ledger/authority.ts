import type { Role } from '../identity/roles.ts';
import type { CommandName } from './commands.ts';
import type { MemberKind } from './genesis.ts';

/**
 * What the acting member must be to the command's object. `peer_governor`: a governor other than the one that recorded it.
 * `caretaker`: the attestor and, once it was expelled, any governor that the paper is not about. Revocation is final and stays the
 * attestor's alone: of an expelled one's papers a suspension can always be lifted again.
 */
export type Relationship = 'any' | 'owner' | 'subject' | 'attestor' | 'caretaker' | 'peer_governor' | 'self';

export interface Authority {
  readonly kinds: readonly MemberKind[];
  readonly roles: readonly Role[];
  readonly relationship: Relationship;
  /** Which list of the genesis policy the sign-in must be on; a machine proves its key. */
  readonly assertion: 'vote' | 'person' | 'machine' | 'person_or_machine';
}

const by = <R extends Relationship>(
  kinds: readonly MemberKind[],
  roles: readonly Role[],
  relationship: R,
  assertion: Authority['assertion'] = 'person',
): Authority & { readonly relationship: R } => ({ kinds, roles, relationship, assertion });

const governor = ['governor'] as const;
const anyone = ['governor', 'participant'] as const;

/** Who may do what on the ledger: the one table. The runner checks kind, role and assertion; the rule checks the relationship, since it holds the object. */
export const AUTHORITY = {
  'channel:found': by(governor, ['governor_delegate'], 'self', 'vote'),
  'channel:confirm': by(governor, ['governor_delegate'], 'self', 'vote'),
  'proposal:open': by(governor, ['governor_delegate'], 'any', 'vote'),
  'proposal:vote': by(governor, ['governor_delegate'], 'any', 'vote'),
  'member:register_key': by(anyone, ['administrator'], 'self'),
  'member:retire_key': by(anyone, ['administrator'], 'owner'),
  'site:register': by(governor, ['safety_manager', 'administrator'], 'self'),
  'site:admit': by(governor, ['safety_manager'], 'owner'),
  'site:release': by(governor, ['safety_manager'], 'owner'),
  'credential:register': by(governor, ['assessor', 'safety_manager'], 'any'),
  'credential:suspend': by(governor, ['assessor', 'safety_manager'], 'caretaker'),
  'credential:unsuspend': by(governor, ['assessor', 'safety_manager'], 'caretaker'),
  'credential:revoke': by(governor, ['assessor', 'safety_manager'], 'attestor'),
  'credit:notice': by(governor, ['safety_manager'], 'owner'),
  'credit:acknowledge': by(anyone, ['clerk'], 'subject'),
  'credit:appeal': by(anyone, ['clerk'], 'subject'),
  'credit:withdraw_appeal': by(anyone, ['clerk'], 'subject'),
  'credit:resolve': by(governor, ['assessor'], 'peer_governor'),
  'credit:evaluate': by(governor, ['safety_manager'], 'owner'),
  'credit:issue': by(governor, ['node', 'assessor', 'safety_manager'], 'any', 'person_or_machine'),
  'credit:revoke_code': by(governor, ['assessor', 'safety_manager'], 'attestor'),
  'evidence:anchor': by(anyone, ['node'], 'self', 'machine'),
} as const satisfies Record<CommandName, Authority>;
