import { type CredentialRecord, type CredentialState, dayEndMs, dayStartMs, instantMs } from '@anlian/contracts';

type Suspension = CredentialRecord['suspensions'][number];

const covers =
  (at: number) =>
  ({ from, to }: Suspension): boolean =>
    instantMs(from) <= at && (to === null || at < instantMs(to));

const isPast = (day: string | undefined, atMs: number): boolean => day !== undefined && atMs >= dayEndMs(day);

export const isRevoked = ({ revokedAt }: CredentialRecord, atMs: number): boolean =>
  revokedAt !== null && instantMs(revokedAt) <= atMs;

export const isSuspended = ({ suspensions }: CredentialRecord, atMs: number): boolean => suspensions.some(covers(atMs));

/** Whether the paper's own dates cover an instant: whole days at UTC+8, the last one included. */
export const isWithinDates = ({ facts }: CredentialRecord, atMs: number): boolean =>
  dayStartMs(facts.validFrom) <= atMs && !isPast(facts.validTo, atMs);

/**
 * Whether a successor has taken its place: from the first day of the successor, so that one registered early leaves no gap. One that
 * was revoked gives the place back.
 */
export const isSuperseded = (
  { supersededBy }: CredentialRecord,
  atMs: number,
  successor: CredentialRecord | undefined,
): boolean =>
  supersededBy !== null &&
  dayStartMs(supersededBy.from) <= atMs &&
  !(successor !== undefined && isRevoked(successor, atMs));

type Holds = (record: CredentialRecord, atMs: number, successor: CredentialRecord | undefined) => boolean;

/** Most final first: what can never be undone hides what can. */
const STATES: readonly (readonly [CredentialState, Holds])[] = [
  ['revoked', isRevoked],
  ['superseded', isSuperseded],
  ['expired', ({ facts }, at) => isPast(facts.validTo, at)],
  ['suspended', isSuspended],
  ['not_yet_valid', ({ facts }, at) => at < dayStartMs(facts.validFrom)],
  ['review_overdue', ({ facts }, at) => isPast(facts.reviewBy, at)],
  ['recheck_due', ({ facts }, at) => isPast(facts.attestation.recheckBy, at)],
];

/**
 * What a credential is at an instant (milliseconds since the epoch). States that follow from time are computed, never written.
 * @param successor the paper that `supersededBy` names, when it names one
 */
export const credentialStatus = (
  record: CredentialRecord,
  atMs: number,
  successor: CredentialRecord | undefined,
): CredentialState => STATES.find(([, holds]) => holds(record, atMs, successor))?.[0] ?? 'valid';
