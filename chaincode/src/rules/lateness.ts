import { AnlianError, HOUR_MS, instantMs } from '@anlian/contracts';
import { CLOCK_TOLERANCE_MS } from '../runner/clock.ts';
import type { RuleContext } from '../runner/rule.ts';

/**
 * When the fact was first accepted: a command that waited for the ledger is judged by the moment it was signed, or by the one that
 * its signer names when it had to be signed again; never by one after its submission. A token lives 72 h and names a moment at most
 * 30 days before it, so no command reaches further back than 33 days.
 */
export const firstAcceptedMs = ({ actor, txTime }: RuleContext): number =>
  Math.min((actor.accepted ?? actor.iat) * 1000, instantMs(txTime));

/** Throws `in_the_future` for an instant that lies ahead of the submission by more than honest clocks differ. */
export const refuseFuture = (instant: string, context: RuleContext, field: string): void => {
  if (instantMs(instant) > instantMs(context.txTime) + CLOCK_TOLERANCE_MS)
    throw new AnlianError('in_the_future', { field });
};

/** Throws `too_late` when the command was signed more than `limitMs` after `instant`. */
export const refuseLate = (instant: string, limitMs: number, context: RuleContext, field: string): void => {
  if (firstAcceptedMs(context) - instantMs(instant) > limitMs) throw new AnlianError('too_late', { field });
};

export const hoursMs = (hours: number): number => hours * HOUR_MS;
