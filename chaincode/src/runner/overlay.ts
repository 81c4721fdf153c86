import { compareKeys } from './keyOrder.ts';
import type { StateReader, Write } from './rule.ts';

/**
 * World state as it will be after `writes`. A ledger answers reads from the state before the transaction (Fabric: `getState` after
 * one's own `putState` returns the old value), so a rule made of steps reads through this.
 */
export const withWrites = (read: StateReader, writes: readonly Write[]): StateReader => {
  const written = new Map(writes);
  return {
    get: async <T>(key: string) =>
      written.has(key) ? ((written.get(key) ?? undefined) as T | undefined) : read.get<T>(key),
    range: async <T>(start: string, end: string) => {
      const entries = new Map<string, unknown>();
      for (const { key, value } of await read.range<T>(start, end)) entries.set(key, value);
      for (const [key, value] of written)
        if (compareKeys(start, key) <= 0 && compareKeys(key, end) < 0) entries.set(key, value);
      return [...entries]
        .filter(([, value]) => value !== null)
        .sort(([a], [b]) => compareKeys(a, b))
        .map(([key, value]) => ({ key, value: value as T }));
    },
  };
};
