import { ALONE, type CommandArgs, type CredentialRecord, stateKey } from '@anlian/contracts';
import type { Write } from '../../runner/rule.ts';

/** The holder part of a credential's key: the company, or nothing for subjects that must not be linkable to each other. */
export const holderOf = ({ subject }: CommandArgs<'credential:register'>): string =>
  subject.kind === 'company' ? subject.company : ALONE;

/** A changed credential under its key, its version counted. */
export const changed = (record: CredentialRecord, change: Partial<CredentialRecord>): Write => [
  stateKey.credential(holderOf(record.facts), record.facts.credential),
  { ...record, ...change, version: record.version + 1 },
];
