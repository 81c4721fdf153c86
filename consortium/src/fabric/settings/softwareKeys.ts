/** Keys in files. */
export const SOFTWARE_KEYS = { Default: 'SW', SW: { Hash: 'SHA2', Security: 256 } };
