import { HOUR_MS, instantMs, toInstant } from '@anlian/contracts';

const UTC8_MS = 8 * HOUR_MS;

/** Wall-clock time in China, where the gates stand. */
export const localTime = (instant: string): string =>
  `${toInstant(instantMs(instant) + UTC8_MS)
    .slice(0, 19)
    .replace('T', ' ')} UTC+8`;
