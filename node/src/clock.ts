/** Milliseconds since the epoch. The composition root passes `Date.now`; everything below takes it as an argument. */
export type Clock = () => number;

/** Fresh random bytes. */
export type Random = (length: number) => Uint8Array;
