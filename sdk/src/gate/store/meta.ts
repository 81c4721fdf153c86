import type { DatabaseSync } from 'node:sqlite';

/** Small facts about the gate itself, each under one name. */
export interface Meta {
  number(key: MetaKey): number | null;
  text(key: MetaKey): string | null;
  set(key: MetaKey, value: number | string | null): void;
}

/** `floor` is the effective time never gone behind; `confirmedBoot` the start of the machine in which a sync confirmed the clock. */
export type MetaKey = 'floor' | 'confirmedBoot' | 'lastSyncMs' | 'acknowledged';

export const metaStore = (db: DatabaseSync): Meta => {
  const read = db.prepare('SELECT value FROM meta WHERE key = ?');
  const write = db.prepare('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const remove = db.prepare('DELETE FROM meta WHERE key = ?');
  const text = (key: MetaKey): string | null => {
    const value = read.get(key)?.value;
    return typeof value === 'string' ? value : null;
  };
  return {
    text,
    number: (key) => {
      const value = text(key);
      return value === null ? null : Number(value);
    },
    set: (key, value) => {
      if (value === null) remove.run(key);
      else write.run(key, String(value));
    },
  };
};
