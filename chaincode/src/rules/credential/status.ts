import { type CredentialRecord, type CredentialState, dayEndMs, dayStartMs, instantMs } from '@anlian/contracts';
import { isRevoked, isSuperseded, type Papers } from './line.ts';

type Suspension = CredentialRecord['suspensions'][number];

const covers =
  (at: number) =>
  ({ from, to }: Suspension): boolean =>
    instantMs(from) <= at && (to === null || at < instantMs(to));

const isPast = (day: string | undefined, atMs: number): boolean => day !== undefined && atMs >= dayEndMs(day);

export const isSuspended = ({ suspensions }: CredentialRecord, atMs: number): boolean => suspensions.some(covers(atMs));

/** Whether the paper's own dates cover an instant: whole days at UTC+8, the last one included. */
export const isWithinDates = ({ facts }: CredentialRecord, atMs: number): boolean =>
  dayStartMs(facts.validFrom) <= atMs && !isPast(facts.validTo, atMs);

type Holds = (record: CredentialRecord, atMs: number, papers: Papers) => boolean;

/** Most final first: what can never be undone hides what can. */
const STATES: readonly (readonly [CredentialState, Holds])[] = [
  ['revoked', isRevoked],
  ['superseded', (record, at, papers) => isSuperseded(record, papers, at)],
  ['expired', ({ facts }, at) => isPast(facts.validTo, at)],
  ['suspended', isSuspended],
  ['not_yet_valid', ({ facts }, at) => at < dayStartMs(facts.validFrom)],
  ['review_overdue', ({ facts }, at) => isPast(facts.reviewBy, at)],
  ['recheck_due', ({ facts }, at) => isPast(facts.attestation.recheckBy, at)],
];

/**
 * What a credential is at an instant (milliseconds since the epoch). States that follow from time are computed, never written.
 * @param papers the line of renewals that it began, as far as they are at hand
 */
export const credentialStatus = (record: CredentialRecord, atMs: number, papers: Papers): CredentialState =>
  STATES.find(([, holds]) => holds(record, atMs, papers))?.[0] ?? 'valid';
