import type { Digest } from '@anlian/contracts';
import type { Passage, PassageRequest } from '@anlian/sdk/gate';
import type { Random } from '@anlian/sdk/ledger';
import { timekeeper } from '../../sdk/src/gate/clock.ts';
import type { LocalKey } from '../../sdk/src/gate/keys.ts';
import { readLists } from '../../sdk/src/gate/lists.ts';
import { decidePassage } from '../../sdk/src/gate/passage.ts';
import { recordSigner } from '../../sdk/src/gate/records.ts';
import { openDatabase } from '../../sdk/src/gate/store/database.ts';
import type { Journal } from '../../sdk/src/gate/store/journal.ts';
import type { Meta } from '../../sdk/src/gate/store/meta.ts';
import { openPackStore } from '../../sdk/src/gate/store/packStore.ts';
import type { SeenPresentations } from '../../sdk/src/gate/store/seen.ts';

/** Keeps the end of the chain and nothing else. */
const forgetfulJournal = (): Journal => {
  let seq = 0;
  let previous: Digest | null = null;
  return {
    append: async (make) => {
      const { entry, result } = make({ seq: seq + 1, previous });
      seq += 1;
      previous = entry.digest;
      return result;
    },
    lastSeq: () => seq,
  };
};

const metaInMemory = (): Meta => {
  const values = new Map<string, string>();
  const text: Meta['text'] = (key) => values.get(key) ?? null;
  return {
    text,
    number: (key) => {
      const value = text(key);
      return value === null ? null : Number(value);
    },
    set: (key, value) => {
      if (value === null) values.delete(key);
      else values.set(key, String(value));
    },
  };
};

const seenInMemory = (): SeenPresentations => {
  const seen = new Set<string>();
  const name = (pass: string, presentedMs: number): string => `${pass} ${presentedMs}`;
  return {
    has: (pass, presentedMs) => seen.has(name(pass, presentedMs)),
    remember: (pass, presentedMs) => void seen.add(name(pass, presentedMs)),
    forgetOld: () => seen.clear(),
  };
};

interface Identity {
  readonly key: LocalKey;
  readonly clock: () => number;
  readonly random: Random;
  readonly member: string;
  readonly site: string;
}

/**
 * The gate's own decision (read, verify, look up in the real lists, decide, sign) with nothing stored: what the durable journal
 * costs is the difference.
 */
export const openUnstored = (dir: string, { key, clock, random, member, site }: Identity) => {
  const db = openDatabase(dir);
  const store = openPackStore(db);
  return {
    decider: async (): Promise<(request: PassageRequest) => Promise<Passage>> => {
      const lists = await readLists(store);
      const time = timekeeper(metaInMemory(), { clock });
      time.confirm(null);
      const parts = {
        journal: forgetfulJournal(),
        store,
        seen: seenInMemory(),
        time,
        sign: recordSigner({ gate: `gat_${'0'.repeat(32)}`, member, site }, key, random),
        lists: () => lists,
      };
      return (request) => decidePassage(parts, request);
    },
    close: () => db.close(),
  };
};
