import type { Rules } from '../runner/rule.ts';
import { confirmChannel } from './channel/confirm.ts';
import { found } from './channel/found.ts';
import { registerCredential } from './credential/register.ts';
import { revokeCredential, suspendCredential, unsuspendCredential } from './credential/transition.ts';
import { acknowledge } from './credit/acknowledge.ts';
import { appeal, withdrawAppeal } from './credit/appeal.ts';
import { evaluate } from './credit/evaluate.ts';
import { issueCode } from './credit/issue.ts';
import { notice } from './credit/notice.ts';
import { resolve } from './credit/resolve.ts';
import { revokeCode } from './credit/revokeCode.ts';
import { anchor } from './evidence/anchor.ts';
import { registerKey } from './member/registerKey.ts';
import { retireKey } from './member/retireKey.ts';
import { openProposal } from './proposal/open.ts';
import { vote } from './proposal/vote.ts';
import { admitToSite } from './site/admit.ts';
import { registerSite } from './site/register.ts';
import { releaseFromSite } from './site/release.ts';

/** The rule of every command: total by type. */
export const rules: Rules = {
  'channel:found': found,
  'channel:confirm': confirmChannel,
  'proposal:open': openProposal,
  'proposal:vote': vote,
  'member:register_key': registerKey,
  'member:retire_key': retireKey,
  'site:register': registerSite,
  'site:admit': admitToSite,
  'site:release': releaseFromSite,
  'credential:register': registerCredential,
  'credential:suspend': suspendCredential,
  'credential:unsuspend': unsuspendCredential,
  'credential:revoke': revokeCredential,
  'credit:notice': notice,
  'credit:acknowledge': acknowledge,
  'credit:appeal': appeal,
  'credit:withdraw_appeal': withdrawAppeal,
  'credit:resolve': resolve,
  'credit:evaluate': evaluate,
  'credit:issue': issueCode,
  'credit:revoke_code': revokeCode,
  'evidence:anchor': anchor,
};
