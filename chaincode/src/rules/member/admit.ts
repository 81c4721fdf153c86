import {
  AnlianError,
  type MemberDescriptor,
  type MemberRecord,
  type MemberReference,
  stateKey,
} from '@anlian/contracts';
import type { Effects, StateReader, Write } from '../../runner/rule.ts';
import { type Action, PROPOSED } from '../proposal/action.ts';
import { requiredMember, requireNew } from '../required.ts';
import { keyWrites, requireNewKeys } from './keys.ts';

const requireSponsor = async (read: StateReader, sponsor: string, field: string): Promise<void> => {
  const record = await requiredMember(read, sponsor, field);
  if (record.sponsor !== null)
    throw new AnlianError('invalid_input', { field, detail: 'a tenant has no node to sponsor another on' });
};

/**
 * Refuses a member of which any name, company or key is known: a former member's id stays its own, since its facts do.
 * @throws AnlianError `already_exists`, `key_exists`, `invalid_input`, `unknown_member` for the sponsor
 */
export const requireNewMember = async (read: StateReader, member: MemberDescriptor, field: string): Promise<void> => {
  await requireNew(read, stateKey.member(member.member), `${field}/member`);
  await requireNew(read, stateKey.memberByCompany(member.company), `${field}/company`);
  if (member.mspId !== undefined) await requireNew(read, stateKey.memberByMsp(member.mspId), `${field}/mspId`);
  if (member.sponsor !== undefined) await requireSponsor(read, member.sponsor, `${field}/sponsor`);
  await requireNewKeys(read, member, `${field}/keys`);
};

/** Writes a member, the ways to find it, and its keys. */
export const admitMember = (descriptor: MemberDescriptor, txTime: string): Effects => {
  const { member, company, kind, mspId, sponsor, keys } = descriptor;
  const record: MemberRecord = {
    version: 1,
    member,
    company,
    kind,
    mspId: mspId ?? null,
    sponsor: sponsor ?? null,
    state: 'active',
    admittedAt: txTime,
    expelledAt: null,
    windDownUntil: null,
  };
  const reference: MemberReference = { member };
  const byMsp: readonly Write[] = mspId === undefined ? [] : [[stateKey.memberByMsp(mspId), reference]];
  return {
    writes: [
      [stateKey.member(member), record],
      [stateKey.memberByCompany(company), reference],
      ...byMsp,
      ...keys.flatMap((key) => keyWrites(member, key, txTime)),
    ],
    events: [{ name: 'member.admitted', data: { member: descriptor } }],
  };
};

/** Governors admit a member. */
export const admit: Action<'member.admit'> = async (read, { member }, { txTime }) => {
  await requireNewMember(read, member, `${PROPOSED}/member`);
  return admitMember(member, txTime);
};
