const FIRST_MS = 1_000;
const MOST_MS = 5 * 60_000;

/** How long to wait after so many failed attempts: doubling from a second to five minutes, for as long as it takes. */
export const backoffMs = (attempts: number): number => Math.min(FIRST_MS * 2 ** Math.min(attempts, 20), MOST_MS);
