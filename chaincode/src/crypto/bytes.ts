/** See `CryptoAdapter.equalBytes`. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
};

/** Strings and arrays would be hashed differently by the two implementations, so both take bytes only. */
export const requireBytes = (value: unknown, what: string): void => {
  if (!(value instanceof Uint8Array)) throw new TypeError(`${what} must be a Uint8Array`);
};
