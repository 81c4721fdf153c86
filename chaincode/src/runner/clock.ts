import { AnlianError, instantMs } from '@anlian/contracts';

/** How far two honest clocks may differ, and so how far ahead of `txTime` a fact may seem to lie. */
export const CLOCK_TOLERANCE_MS = 120_000;

/**
 * Refuses to endorse a transaction whose time is not the endorser's. Called by the wrapper and never by a rule: the endorser's clock
 * must not reach a write, or endorsements would differ.
 * @throws AnlianError `clock_skew`
 */
export const refuseSkew = (txTime: string, endorserClockMs: number): void => {
  const skewMs = instantMs(txTime) - endorserClockMs;
  if (Math.abs(skewMs) <= CLOCK_TOLERANCE_MS) return;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  throw new AnlianError('clock_skew', {
    field: 'txTime',
    detail: `the submission is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the endorser's clock`,
  });
};
