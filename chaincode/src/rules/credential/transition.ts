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
import { credentialStatus } from './status.ts';

/** The paper that took this one's place, if one did. */
export const successorOf = async (
  read: StateReader,
  { supersededBy }: CredentialRecord,
): Promise<CredentialRecord | undefined> =>
  supersededBy === null ? undefined : requiredCredential(read, supersededBy.credential);

/** Throws `invalid_transition`, naming the act and the state, unless the table allows it. */
export const requireTransition = async (
  read: StateReader,
  record: CredentialRecord,
  act: CredentialAct,
  atMs: number,
): Promise<void> => {
  const state = credentialStatus(record, atMs, await successorOf(read, record));
  const allowed: readonly string[] = CREDENTIAL_TRANSITIONS[act];
  if (!allowed.includes(state))
    throw new AnlianError('invalid_transition', { detail: `${act} is not possible: the credential is ${state}` });
};

type MayAct = (read: StateReader, record: CredentialRecord, member: string) => Promise<void>;

const notTheOwner = (): AnlianError => new AnlianError('not_the_owner', { field: '/args/credential' });

const requireAttestor: MayAct = async (_, { attestor }, member) => {
  if (attestor !== member) throw notTheOwner();
};

/** Neither side judges its own case: the company that a paper is about is no caretaker of it. */
const requireDisinterested: MayAct = async (read, { facts: { subject } }, member) => {
  if (subject.kind !== 'company') return;
  const reference = await read.get<MemberReference>(stateKey.memberByCompany(subject.company));
  if (reference?.member === member)
    throw new AnlianError('forbidden', {
      field: 'actor',
      detail: 'the company concerned does not judge its own paper',
    });
};

/**
 * The attestor. Once that was expelled any other governor takes care, or nobody could suspend a paper that its attestor should never
 * have vouched for, and nobody could lift a suspension that it left behind.
 */
const requireCaretaker: MayAct = async (read, record, member) => {
  if (record.attestor === member) return;
  const attestor = await read.get<MemberRecord>(stateKey.member(record.attestor));
  if (attestor?.state !== 'expelled') throw notTheOwner();
  await requireDisinterested(read, record, member);
};

/** Revocation is final, so it stays the attestor's alone: of an expelled one's papers a suspension can always be lifted again. */
const MAY_ACT: Readonly<Record<'suspend' | 'unsuspend' | 'revoke', MayAct>> = {
  suspend: requireCaretaker,
  unsuspend: requireCaretaker,
  revoke: requireAttestor,
};

const credentialFor = async (
  read: StateReader,
  credential: string,
  act: keyof typeof MAY_ACT,
  { actor, txTime }: RuleContext,
): Promise<CredentialRecord> => {
  const record = await requiredCredential(read, credential);
  await MAY_ACT[act](read, record, actor.org);
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
