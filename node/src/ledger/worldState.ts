import { compareKeys, type StateReader } from '@anlian/chaincode/rules';
import type { Write } from '@anlian/sdk/ledger';
import { sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import { ledgerState } from './tables.ts';

/** The ledger's state as this node makes it from the blocks, within one transaction of its database. */
export interface NodeState extends StateReader {
  /** Reads keys that will be asked for, all at once. Others are read when they are asked for. */
  fetch(keys: readonly string[]): Promise<void>;
  apply(writes: readonly Write[]): void;
  /** Puts what was applied into the database. */
  store(): Promise<void>;
  /** What the database said when it failed: then nothing that was run upon this state means anything. */
  readonly fault: () => unknown;
}

/** An index takes no longer keys. The rules write none of this length, so whoever does is found by that. */
const MAX_KEY_BYTES = 1_024;

const bytesOf = (key: string): Buffer => Buffer.from(key, 'utf8');
const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const parse = <T>(value: Uint8Array): T => JSON.parse(Buffer.from(value).toString('utf8')) as T;

/** Bytes travel as base64 in one JSON parameter, so that the statement stays the same however many there are. */
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const asKeys = (keys: readonly string[]): string => JSON.stringify(keys.map((key) => base64(bytesOf(key))));

export const openNodeState = (tx: Tx): NodeState => {
  const known = new Map<string, Uint8Array | undefined>();
  const written = new Set<string>();
  let fault: unknown;
  const ask = <T>(work: PromiseLike<T>): PromiseLike<T> =>
    work.then(undefined, (error: unknown) => {
      fault = error;
      throw error;
    });

  const fetch: NodeState['fetch'] = async (keys) => {
    const unknown = [...new Set(keys)].filter((key) => !known.has(key));
    if (unknown.length === 0) return;
    const rows = await ask(
      tx
        .select()
        .from(ledgerState)
        .where(
          sql`${ledgerState.key} in (select decode(k, 'base64') from jsonb_array_elements_text(${asKeys(unknown)}::jsonb) k)`,
        ),
    );
    for (const key of unknown) known.set(key, undefined);
    for (const { key, value } of rows) known.set(keyOf(key), value);
  };

  const range = async (start: string, end: string): Promise<readonly (readonly [string, Uint8Array])[]> => {
    const rows = await ask(
      tx
        .select()
        .from(ledgerState)
        .where(sql`${ledgerState.key} >= ${bytesOf(start)} and ${ledgerState.key} < ${bytesOf(end)}`),
    );
    const entries = new Map<string, Uint8Array>(rows.map(({ key, value }) => [keyOf(key), value]));
    for (const key of written) {
      if (compareKeys(start, key) > 0 || compareKeys(key, end) >= 0) continue;
      const value = known.get(key);
      if (value === undefined) entries.delete(key);
      else entries.set(key, value);
    }
    return [...entries].sort(([a], [b]) => compareKeys(a, b));
  };

  return {
    fetch,
    get: async <T>(key: string) => {
      await fetch([key]);
      const value = known.get(key);
      return value && parse<T>(value);
    },
    range: async <T>(start: string, end: string) =>
      (await range(start, end)).map(([key, value]) => ({ key, value: parse<T>(value) })),
    apply: (writes) => {
      for (const { key, value } of writes) {
        if (bytesOf(key).length > MAX_KEY_BYTES) continue;
        known.set(key, value);
        written.add(key);
      }
    },
    store: async () => {
      const gone = [...written].filter((key) => known.get(key) === undefined);
      const put = [...written].flatMap((key) => {
        const value = known.get(key);
        return value === undefined ? [] : [{ k: base64(bytesOf(key)), v: base64(value) }];
      });
      if (gone.length > 0)
        await tx
          .delete(ledgerState)
          .where(
            sql`${ledgerState.key} in (select decode(k, 'base64') from jsonb_array_elements_text(${asKeys(gone)}::jsonb) k)`,
          );
      if (put.length > 0)
        await tx.execute(
          sql`insert into ${ledgerState} (key, value)
            select decode(k, 'base64'), decode(v, 'base64') from jsonb_to_recordset(${JSON.stringify(put)}::jsonb) as put(k text, v text)
            on conflict (key) do update set value = excluded.value`,
        );
      written.clear();
    },
    fault: () => fault,
  };
};
