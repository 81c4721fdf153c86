/** Bounds on hostile input. Each is far above what our logs make and far below what would cost a verifier anything. */

/** C2SP timestamps and tree sizes stay below 2^63, so that every implementation can hold them in a signed integer. */
export const MAX_UINT63 = 2n ** 63n - 1n;

/** A tree of fewer than 2^63 leaves has at most 63 levels above a leaf; a consistency path has one element more. */
export const MAX_PATH_LENGTH = 64;

export const HASH_BYTES = 32;

/** Entry bundles prefix each entry with 16 bits of length (c2sp.org/tlog-tiles). */
export const MAX_ENTRY_BYTES = 0xffff;

/** The specification asks verifiers for at least 16 signatures, and leaves the upper bound to them (c2sp.org/signed-note). */
export const MAX_NOTE_SIGNATURES = 64;

export const MAX_NOTE_LENGTH = 256 * 1024;
