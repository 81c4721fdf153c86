import {
  AnlianError,
  CREDENTIAL_TRANSITIONS,
  type CredentialAct,
  type CredentialRecord,
  instantMs,
  type MemberRecord,
  type MemberReference,
  stateKey,
} from '@anlian/contracts';
import type { Rule, RuleContext, StateReader } from '../../runner/rule.ts';
import { requiredCredential } from '../required.ts';
import { changed } from './holder.ts';
import { readLine } from './line.ts';
import { type Parties, refusalToAct } from './relationship.ts';
import { credentialStatus } from './status.ts';

/** Throws `invalid_transition`, naming the act and the state, unless the table allows it. */
export const requireTransition = async (
  read: StateReader,
  record: CredentialRecord,
  act: CredentialAct,
  atMs: number,
): Promise<void> => {
  const state = credentialStatus(record, atMs, await readLine(read, record));
  const allowed: readonly string[] = CREDENTIAL_TRANSITIONS[act];
  if (!allowed.includes(state))
    throw new AnlianError('invalid_transition', { detail: `${act} is not possible: the credential is ${state}` });
};

type ActName = 'suspend' | 'unsuspend' | 'revoke';

const partiesOf = async (
  read: StateReader,
  { attestor, facts: { subject } }: CredentialRecord,
  member: string,
): Promise<Parties> => {
  const own =
    subject.kind === 'company' ? await read.get<MemberReference>(stateKey.memberByCompany(subject.company)) : undefined;
  const by = await read.get<MemberRecord>(stateKey.member(attestor));
  return { member, attestor, isAttestorExpelled: by?.state === 'expelled', isConcerned: own?.member === member };
};

const FIELDS = { not_the_owner: '/args/credential', forbidden: 'actor' } as const;

const credentialFor = async (
  read: StateReader,
  credential: string,
  act: ActName,
  { actor, txTime }: RuleContext,
): Promise<CredentialRecord> => {
  const record = await requiredCredential(read, credential);
  const refusal = refusalToAct(`credential:${act}`, await partiesOf(read, record, actor.org));
  if (refusal) throw new AnlianError(refusal.code, { field: FIELDS[refusal.code], detail: refusal.detail });
  await requireTransition(read, record, act, instantMs(txTime));
  return record;
};

/** The attestor or its caretaker suspends a paper, from now on. */
export const suspendCredential: Rule<'credential:suspend'> = async (read, { args }, context) => {
  const record = await credentialFor(read, args.credential, 'suspend', context);
  const suspensions = [...record.suspensions, { from: context.txTime, to: null, reason: args.reason }];
  return {
    writes: [changed(record, { suspensions })],
    events: [{ name: 'credential.suspended', data: args }],
    result: { credential: args.credential },
  };
};

/** The attestor or its caretaker ends the suspension. */
export const unsuspendCredential: Rule<'credential:unsuspend'> = async (read, { args }, context) => {
  const record = await credentialFor(read, args.credential, 'unsuspend', context);
  const suspensions = record.suspensions.map((one) => (one.to === null ? { ...one, to: context.txTime } : one));
  return {
    writes: [changed(record, { suspensions })],
    events: [{ name: 'credential.unsuspended', data: args }],
    result: { credential: args.credential },
  };
};

/** The attestor revokes it, for good. */
export const revokeCredential: Rule<'credential:revoke'> = async (read, { args }, context) => {
  const record = await credentialFor(read, args.credential, 'revoke', context);
  return {
    writes: [changed(record, { revokedAt: context.txTime, revokedFor: args.reason })],
    events: [{ name: 'credential.revoked', data: args }],
    result: { credential: args.credential },
  };
};
