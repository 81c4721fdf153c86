import { canonicalText } from '@anlian/contracts';
import { compareKeys, type StateReader, type Write } from '../rules/index.ts';

/** World state in memory. Values pass through canonical JSON, as on a ledger, so a rule that writes anything else fails here. */
export class MapState implements StateReader {
  readonly #values = new Map<string, string>();

  async get<T>(key: string): Promise<T | undefined> {
    const text = this.#values.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  async range<T>(start: string, end: string): Promise<readonly { readonly key: string; readonly value: T }[]> {
    return [...this.#values]
      .filter(([key]) => compareKeys(start, key) <= 0 && compareKeys(key, end) < 0)
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([key, text]) => ({ key, value: JSON.parse(text) as T }));
  }

  apply(writes: readonly Write[]): void {
    for (const [key, value] of writes) {
      if (value === null) this.#values.delete(key);
      else this.#values.set(key, canonicalText(value));
    }
  }

  keys(): readonly string[] {
    return [...this.#values.keys()].sort(compareKeys);
  }
}
