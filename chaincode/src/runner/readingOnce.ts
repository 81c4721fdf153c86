import type { StateReader } from './rule.ts';

/** Asks the ledger for each key once: a peer answers over a line, and what it holds does not change within a transaction. */
export const readingOnce = (read: StateReader): StateReader => {
  const asked = new Map<string, Promise<unknown>>();
  return {
    get: <T>(key: string) => {
      const answer = asked.get(key) ?? read.get(key);
      asked.set(key, answer);
      return answer as Promise<T | undefined>;
    },
    range: (start, end) => read.range(start, end),
  };
};
