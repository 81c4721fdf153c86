import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { eachDatabase } from '../../../test/support/postgres.ts';
import { openDatabase } from '../db/database.ts';
import { fromStored, type Organisation, organisationsOf, toStored } from './organisations.ts';
import { ledgerReexecution } from './tables.ts';

const LISTS = [Uint8Array.of(0, 62, 63, 251, 255), Uint8Array.from({ length: 200 }, (_, at) => at)];
const qichuan: Organisation = {
  mspId: 'qichuanMSP',
  rootCertPems: ['root\n'],
  intermediateCertPems: ['below\n'],
  revocationLists: LISTS,
};
const inConfiguration = {
  ...qichuan,
  name: 'qichuan',
  adminCertPems: [],
  tlsRootCertPems: [],
  endpoints: [],
  units: [],
  roles: undefined,
  definition: Uint8Array.of(10),
};

it('an organisation is stored without what only the configuration needs, and one that also orders is stored once', () => {
  const found = organisationsOf({ application: [inConfiguration], orderers: [inConfiguration] });
  expect(found).toEqual([qichuan]);
  expect(toStored(found)).toEqual([
    { ...qichuan, revocationLists: LISTS.map((list) => Buffer.from(list).toString('base64url')) },
  ]);
});

it('is the same when it was stored as JSON in between', () => {
  expect(fromStored(JSON.parse(JSON.stringify(toStored([qichuan]))))).toEqual([qichuan]);
});

const DRIZZLE = new URL('../../drizzle', import.meta.url).pathname;

const CHANGED_IN = '0006_stored_organisations';

/** The migrations before the one that changed the form, or with it: a later one has every node run its blocks again, and removes the row. */
const migrationsTo = (dir: string, end: 'before' | 'with'): string => {
  const folder = join(dir, end);
  cpSync(DRIZZLE, folder, { recursive: true });
  const journal = join(folder, 'meta', '_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'));
  const at = entries.findIndex(({ tag }: { tag: string }) => tag === CHANGED_IN);
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, end === 'with' ? at + 1 : at) }));
  return folder;
};

describe.each(eachDatabase)('a database from before on $name', ({ place }) => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-migrations-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('is brought to the present form', async () => {
    const where = await place();

    const old = await openDatabase({ ...where, templateDir: undefined, migrationsDir: migrationsTo(dir, 'before') });
    const value = JSON.stringify([inConfiguration, { ...inConfiguration, revocationLists: [] }]);
    await old.db.execute(sql`insert into ledger_reexecution values (1, 9, ${value}::text::jsonb)`);
    await old.close();

    const present = await openDatabase({ ...where, templateDir: undefined, migrationsDir: migrationsTo(dir, 'with') });
    const { height, organisations } = ledgerReexecution;
    const [row] = await present.db.select({ height, organisations }).from(ledgerReexecution);
    await present.close();
    expect(fromStored(row?.organisations ?? [])).toEqual([qichuan, { ...qichuan, revocationLists: [] }]);
    expect(row?.height).toBe(9);
  });
});
