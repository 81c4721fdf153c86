import {
  AnlianError,
  CREDENTIAL_TRANSITIONS,
  type CredentialAct,
  type CredentialRecord,
  instantMs,
} from '@anlian/contracts';
import type { Rule, RuleContext, StateReader } from '../../runner/rule.ts';
import { requiredCredential } from '../required.ts';
import { changed } from './holder.ts';
import { credentialStatus } from './status.ts';

/** Throws `invalid_transition`, naming the act and the state, unless the table allows it. */
export const requireTransition = (record: CredentialRecord, act: CredentialAct, atMs: number): void => {
  const state = credentialStatus(record, atMs);
  const allowed: readonly string[] = CREDENTIAL_TRANSITIONS[act];
  if (!allowed.includes(state))
    throw new AnlianError('invalid_transition', { detail: `${act} is not possible: the credential is ${state}` });
};

const ownCredential = async (
  read: StateReader,
  credential: string,
  act: CredentialAct,
  { actor, txTime }: RuleContext,
): Promise<CredentialRecord> => {
  const record = await requiredCredential(read, credential);
  if (record.attestor !== actor.org) throw new AnlianError('not_the_owner', { field: '/args/credential' });
  requireTransition(record, act, instantMs(txTime));
  return record;
};

/** The attestor suspends what it attested, from now on. */
export const suspendCredential: Rule<'credential:suspend'> = async (read, { args }, context) => {
  const record = await ownCredential(read, args.credential, 'suspend', context);
  const suspensions = [...record.suspensions, { from: context.txTime, to: null, reason: args.reason }];
  return {
    writes: [changed(record, { suspensions })],
    events: [{ name: 'credential.suspended', data: args }],
    result: { credential: args.credential },
  };
};

/** The attestor ends the suspension. */
export const unsuspendCredential: Rule<'credential:unsuspend'> = async (read, { args }, context) => {
  const record = await ownCredential(read, args.credential, 'unsuspend', context);
  const suspensions = record.suspensions.map((one) => (one.to === null ? { ...one, to: context.txTime } : one));
  return {
    writes: [changed(record, { suspensions })],
    events: [{ name: 'credential.unsuspended', data: args }],
    result: { credential: args.credential },
  };
};

/** The attestor revokes it, for good. */
export const revokeCredential: Rule<'credential:revoke'> = async (read, { args }, context) => {
  const record = await ownCredential(read, args.credential, 'revoke', context);
  return {
    writes: [changed(record, { revokedAt: context.txTime, revokedFor: args.reason })],
    events: [{ name: 'credential.revoked', data: args }],
    result: { credential: args.credential },
  };
};
