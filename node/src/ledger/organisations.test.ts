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

describe.each(eachDatabase)('a database from before on $name', ({ place }) => {
  const older = mkdtempSync(join(tmpdir(), 'anlian-migrations-'));
  afterAll(() => rmSync(older, { recursive: true }));

  it('is brought to the present form', async () => {
    cpSync(DRIZZLE, older, { recursive: true });
    const journal = join(older, 'meta', '_journal.json');
    const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'));
    const before = entries.findIndex(({ tag }: { tag: string }) => tag === '0006_stored_organisations');
    writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, before) }));
    const where = await place();

    const old = await openDatabase({ ...where, templateDir: undefined, migrationsDir: older });
    const value = JSON.stringify([inConfiguration, { ...inConfiguration, revocationLists: [] }]);
    await old.db.execute(sql`insert into ledger_reexecution values (1, 9, ${value}::text::jsonb)`);
    await old.close();

    const present = await openDatabase({ ...where, templateDir: undefined, migrationsDir: DRIZZLE });
    const [row] = await present.db.select().from(ledgerReexecution);
    await present.close();
    expect(fromStored(row?.organisations ?? [])).toEqual([qichuan, { ...qichuan, revocationLists: [] }]);
    expect(row?.height).toBe(9);
  });
});
