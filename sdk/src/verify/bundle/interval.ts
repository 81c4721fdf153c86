import { CLOCK_TOLERANCE_MS } from '@anlian/chaincode/rules';
import { earlierEnd, instantMs } from '@anlian/contracts';
import { ensure } from '../form.ts';
import type { TrustedKeyEntry } from './trust.ts';

interface Interval {
  readonly from: string;
  readonly to: string | null;
}

/**
 * Two times on the ledger are claims of two submitters, each at most the tolerance away from an endorser's clock; gates' clocks are
 * no better. What happened just inside an interval can so seem to lie just outside.
 */
export const CLOCKS_DIFFER_MS = 2 * CLOCK_TOLERANCE_MS;

/** Whether something said to be at `ms` can have been within an interval. */
export const isWithin = ({ from, to }: Interval, ms: number): boolean =>
  ms >= instantMs(from) - CLOCKS_DIFFER_MS && (to === null || ms < instantMs(to) + CLOCKS_DIFFER_MS);

/** A key with the time in which it held: the end of a membership ends its keys, which nobody retires. */
export const whileMember = (entry: TrustedKeyEntry, member: Interval): TrustedKeyEntry => ({
  ...entry,
  from: instantMs(entry.from) < instantMs(member.from) ? member.from : entry.from,
  to: earlierEnd(entry.to, member.to),
});

/** A key that was used: when its holder says, and since when the ledger has had proof of it. */
export interface KeyUsage {
  readonly entry: TrustedKeyEntry;
  readonly usedMs: number;
  readonly anchoredMs: number;
}

/**
 * A key must have been in force when it was used, which was not after the ledger had it. Whoever stole one can date a record back, so
 * after a compromise only what the ledger held before counts.
 * @throws VerificationError `key_interval`
 */
export const requireInForce = ({ entry, usedMs, anchoredMs }: KeyUsage): void => {
  const { key, compromisedSince } = entry;
  ensure(
    usedMs < anchoredMs + CLOCKS_DIFFER_MS,
    'key_interval',
    `the ${key.use} key’s signature is dated after the ledger had it`,
  );
  ensure(isWithin(entry, usedMs), 'key_interval', `the ${key.use} key was not in force at that time`);
  const isSafe = compromisedSince === null || anchoredMs < instantMs(compromisedSince);
  ensure(isSafe, 'key_interval', `the ${key.use} key was compromised before the ledger had this`);
};
