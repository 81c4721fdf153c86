/** Milliseconds since the epoch. */
export type Clock = () => number;

/** Fresh random bytes. */
export type Random = (length: number) => Uint8Array;
