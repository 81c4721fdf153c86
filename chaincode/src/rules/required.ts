import {
  type AdmissionRecord,
  AnlianError,
  type ChannelRecord,
  type CredentialRecord,
  type MemberRecord,
  type MemberReference,
  type SiteRecord,
  stateKey,
  stateRange,
  type ViolationRecord,
} from '@anlian/contracts';
import type { StateReader } from '../runner/rule.ts';

/** The channel; commands that reach a rule run on a founded one. Throws `channel_not_founded`. */
export const requiredChannel = async (read: StateReader): Promise<ChannelRecord> => {
  const record = await read.get<ChannelRecord>(stateKey.channel());
  if (record === undefined) throw new AnlianError('channel_not_founded');
  return record;
};

/** An active member. Throws `unknown_member`. */
export const requiredMember = async (read: StateReader, member: string, field?: string): Promise<MemberRecord> => {
  const record = await read.get<MemberRecord>(stateKey.member(member));
  if (record?.state !== 'active') throw new AnlianError('unknown_member', field === undefined ? {} : { field });
  return record;
};

const unknownCompany = () => new AnlianError('unknown_company', { field: '/args/company' });

/** Refuses a company that never was a member with `unknown_company`. */
export const requireCompany = async (read: StateReader, company: string): Promise<void> => {
  const reference = await read.get<MemberReference>(stateKey.memberByCompany(company));
  if (reference === undefined) throw unknownCompany();
};

/** Refuses a company that is no member, or no more, with `unknown_company`: for what begins something new with it. */
export const requireActiveCompany = async (read: StateReader, company: string): Promise<void> => {
  const reference = await read.get<MemberReference>(stateKey.memberByCompany(company));
  const record = reference && (await read.get<MemberRecord>(stateKey.member(reference.member)));
  if (record?.state !== 'active') throw unknownCompany();
};

/** The acting member must be the company concerned. Throws `not_the_subject`. */
export const requireSubject = async (read: StateReader, member: string, company: string): Promise<void> => {
  const reference = await read.get<MemberReference>(stateKey.memberByCompany(company));
  if (reference?.member !== member) throw new AnlianError('not_the_subject', { field: '/args/company' });
};

export const requiredSite = async (read: StateReader, site: string): Promise<SiteRecord> => {
  const record = await read.get<SiteRecord>(stateKey.site(site));
  if (record === undefined) throw new AnlianError('unknown_site', { field: '/args/site' });
  return record;
};

/** A site of the acting member. Throws `unknown_site`, `not_the_owner`. */
export const requiredOwnSite = async (read: StateReader, member: string, site: string): Promise<SiteRecord> => {
  const record = await requiredSite(read, site);
  if (record.owner !== member) throw new AnlianError('not_the_owner', { field: '/args/site' });
  return record;
};

/** Every admission of a company to a site, ended ones too. */
export const admissionsOf = async (
  read: StateReader,
  site: string,
  company: string,
): Promise<readonly AdmissionRecord[]> => {
  const entries = await read.range<AdmissionRecord>(...stateRange(`admission/${site}/${company}`));
  return entries.map(({ value }) => value);
};

/** Throws `unknown_credential`. */
export const requiredCredential = async (
  read: StateReader,
  credential: string,
  field = '/args/credential',
): Promise<CredentialRecord> => {
  const holder = await read.get<string>(stateKey.credentialHolder(credential));
  const record = holder && (await read.get<CredentialRecord>(stateKey.credential(holder, credential)));
  if (!record) throw new AnlianError('unknown_credential', { field });
  return record;
};

/** Throws `unknown_violation`. */
export const requiredViolation = async (
  read: StateReader,
  company: string,
  violation: string,
  field = '/args/violation',
): Promise<ViolationRecord> => {
  const record = await read.get<ViolationRecord>(stateKey.violation(company, violation));
  if (record === undefined) throw new AnlianError('unknown_violation', { field });
  return record;
};

/** Refuses an id that was used before with `already_exists`. */
export const requireNew = async (read: StateReader, key: string, field: string): Promise<void> => {
  if ((await read.get(key)) !== undefined) throw new AnlianError('already_exists', { field });
};
