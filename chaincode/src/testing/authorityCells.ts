import type { CommandName } from '@anlian/contracts';

/**
 * Who may send each command, cell by cell, written out and not derived from the table it is held against. A row is a role; the first
 * four columns are a governor, the last four a participant; within four: signed in by passkey, development sign-in, machine key, and a
 * sign-in that the channel does not know. The channel takes passkeys for votes, passkeys and development sign-ins for the rest.
 *
 * `+` done; `k` not_a_governor; `r` forbidden (role); `a` assertion_too_weak; `u` actor_key_unknown (no participant is a founder).
 */
export const AUTHORITY_CELLS: Record<CommandName, string> = {
  'channel:found': `
    governor_delegate  +aaa kkkk
    administrator      rrrr kkkk
    safety_manager     rrrr kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'channel:confirm': `
    governor_delegate  +aaa uuuu
    administrator      rrrr uuuu
    safety_manager     rrrr uuuu
    assessor           rrrr uuuu
    clerk              rrrr uuuu
    supervisor         rrrr uuuu
    auditor            rrrr uuuu
    node               rrrr uuuu
    gate               rrrr uuuu
    member_node        rrrr uuuu
  `,
  'proposal:open': `
    governor_delegate  +aaa kkkk
    administrator      rrrr kkkk
    safety_manager     rrrr kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'proposal:vote': `
    governor_delegate  +aaa kkkk
    administrator      rrrr kkkk
    safety_manager     rrrr kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'member:register_key': `
    governor_delegate  rrrr rrrr
    administrator      ++aa ++aa
    safety_manager     rrrr rrrr
    assessor           rrrr rrrr
    clerk              rrrr rrrr
    supervisor         rrrr rrrr
    auditor            rrrr rrrr
    node               rrrr rrrr
    gate               rrrr rrrr
    member_node        rrrr rrrr
  `,
  'member:retire_key': `
    governor_delegate  rrrr rrrr
    administrator      ++aa ++aa
    safety_manager     rrrr rrrr
    assessor           rrrr rrrr
    clerk              rrrr rrrr
    supervisor         rrrr rrrr
    auditor            rrrr rrrr
    node               rrrr rrrr
    gate               rrrr rrrr
    member_node        rrrr rrrr
  `,
  'site:register': `
    governor_delegate  rrrr kkkk
    administrator      ++aa kkkk
    safety_manager     ++aa kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'site:admit': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'site:release': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credential:register': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credential:suspend': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credential:unsuspend': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credential:revoke': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credit:notice': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credit:acknowledge': `
    governor_delegate  rrrr rrrr
    administrator      rrrr rrrr
    safety_manager     rrrr rrrr
    assessor           rrrr rrrr
    clerk              ++aa ++aa
    supervisor         rrrr rrrr
    auditor            rrrr rrrr
    node               rrrr rrrr
    gate               rrrr rrrr
    member_node        rrrr rrrr
  `,
  'credit:appeal': `
    governor_delegate  rrrr rrrr
    administrator      rrrr rrrr
    safety_manager     rrrr rrrr
    assessor           rrrr rrrr
    clerk              ++aa ++aa
    supervisor         rrrr rrrr
    auditor            rrrr rrrr
    node               rrrr rrrr
    gate               rrrr rrrr
    member_node        rrrr rrrr
  `,
  'credit:withdraw_appeal': `
    governor_delegate  rrrr rrrr
    administrator      rrrr rrrr
    safety_manager     rrrr rrrr
    assessor           rrrr rrrr
    clerk              ++aa ++aa
    supervisor         rrrr rrrr
    auditor            rrrr rrrr
    node               rrrr rrrr
    gate               rrrr rrrr
    member_node        rrrr rrrr
  `,
  'credit:resolve': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     rrrr kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credit:evaluate': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           rrrr kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credit:issue': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               aa+a kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'credit:revoke_code': `
    governor_delegate  rrrr kkkk
    administrator      rrrr kkkk
    safety_manager     ++aa kkkk
    assessor           ++aa kkkk
    clerk              rrrr kkkk
    supervisor         rrrr kkkk
    auditor            rrrr kkkk
    node               rrrr kkkk
    gate               rrrr kkkk
    member_node        rrrr kkkk
  `,
  'evidence:anchor': `
    governor_delegate  rrrr rrrr
    administrator      rrrr rrrr
    safety_manager     rrrr rrrr
    assessor           rrrr rrrr
    clerk              rrrr rrrr
    supervisor         rrrr rrrr
    auditor            rrrr rrrr
    node               aa+a aa+a
    gate               rrrr rrrr
    member_node        rrrr rrrr
  `,
};
