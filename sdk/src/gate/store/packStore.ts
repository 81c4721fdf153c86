import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AnlianError, type Digest, PackHeader, type PackRow } from '@anlian/contracts';
import { transaction } from './database.ts';

export interface PresentPack {
  readonly generation: number;
  readonly header: PackHeader;
  readonly digest: Digest;
}

type Kind = PackRow['t'];
type RowOf<K extends Kind> = Extract<PackRow, { t: K }>;
type Lines = Iterable<{ readonly row: PackRow; readonly line: string }>;

/** The lists of the gate. A new pack is written beside the present one and takes its place in one transaction. */
export interface PackStore {
  present(): PresentPack | null;
  row<K extends Kind>(kind: K, id: string): RowOf<K> | null;
  rows<K extends Kind>(kind: K): RowOf<K>[];
  /** Stores a pack whose lines are parsed as they are read; while it runs, decisions go on with the present one. */
  replace(header: PackHeader, digest: Digest, lines: Lines): Promise<void>;
  /** A newer header over the same rows. */
  renew(header: PackHeader, digest: Digest): void;
}

const ID: { readonly [K in Kind]: (row: RowOf<K>) => string } = {
  'a-site': ({ site }) => site,
  'b-key': ({ member, key }) => `${member}/${key.kid}`,
  'c-revoked-code': ({ code }) => code,
  'd-company': ({ facts }) => facts.company,
  'e-worker': ({ facts }) => facts.pass,
};
const idOf = <K extends Kind>(row: RowOf<K>): string => (ID[row.t as K] as (row: RowOf<K>) => string)(row);

/** Rows written, or removed, before decisions get their turn: some milliseconds. */
const SLICE_ROWS = 250;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

const asPackError = (error: unknown): unknown =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_CONSTRAINT_UNIQUE
    ? new AnlianError('pack_invalid', { detail: 'one row twice' })
    : error;

export const openPackStore = (db: DatabaseSync): PackStore => {
  const current = db.prepare('SELECT generation, header, digest FROM pack WHERE current = 1');
  const one = db.prepare('SELECT line FROM pack_row WHERE generation = ? AND kind = ? AND id = ?');
  const every = db.prepare('SELECT line FROM pack_row WHERE generation = ? AND kind = ? ORDER BY id');
  const insertRow = db.prepare('INSERT INTO pack_row VALUES (?, ?, ?, ?)');
  const insertPack = db.prepare('INSERT INTO pack VALUES (?, ?, ?, 1)');
  const updatePack = db.prepare('UPDATE pack SET digest = ?, header = ? WHERE current = 1');
  const lastGeneration = db.prepare(
    'SELECT max(generation) AS last FROM (SELECT generation FROM pack UNION ALL SELECT generation FROM pack_row)',
  );
  const removeRows = db.prepare(
    'DELETE FROM pack_row WHERE rowid IN (SELECT rowid FROM pack_row WHERE generation <> ? LIMIT ?)',
  );

  const present = (): PresentPack | null => {
    const row = current.get();
    if (row === undefined) return null;
    const header = PackHeader.parse(JSON.parse(String(row.header)));
    return { generation: Number(row.generation), header, digest: String(row.digest) };
  };

  /** Rows of a pack that was replaced, or that a crash left half-written: they belong to no pack. */
  const sweep = async (): Promise<void> => {
    const keep = cached?.generation ?? 0;
    while (transaction(db, () => removeRows.run(keep, SLICE_ROWS).changes) !== 0) await nextTurn();
  };

  const writeSlice = (generation: number, lines: Iterator<{ row: PackRow; line: string }>): boolean =>
    transaction(db, () => {
      for (let written = 0; written < SLICE_ROWS; written++) {
        const next = lines.next();
        if (next.done) return false;
        const { row, line } = next.value;
        insertRow.run(generation, row.t, idOf(row), line);
      }
      return true;
    });

  let cached = present();
  const parsed = <K extends Kind>(line: unknown): RowOf<K> => JSON.parse(String(line)); // Was parsed strictly on its way in.

  return {
    present: () => cached,
    row: (kind, id) => {
      const found = cached && one.get(cached.generation, kind, id);
      return found ? parsed(found.line) : null;
    },
    rows: (kind) => (cached ? every.all(cached.generation, kind).map(({ line }) => parsed(line)) : []),
    replace: async (header, digest, lines) => {
      await sweep();
      const generation = Number(lastGeneration.get()?.last ?? 0) + 1;
      const iterator = lines[Symbol.iterator]();
      try {
        while (writeSlice(generation, iterator)) await nextTurn();
        if (one.get(generation, 'a-site', header.site) === undefined)
          throw new AnlianError('pack_invalid', { detail: 'no row for the site itself' });
      } catch (error) {
        await sweep();
        throw asPackError(error);
      }
      transaction(db, () => {
        db.exec('DELETE FROM pack');
        insertPack.run(generation, digest, JSON.stringify(header));
      });
      cached = present();
      await sweep();
    },
    renew: (header, digest) => {
      transaction(db, () => updatePack.run(digest, JSON.stringify(header)));
      cached = present();
    },
  };
};
