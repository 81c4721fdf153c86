import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeUnfinishedStores } from './unfinishedStores.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anlian-stores-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const store = (files: Readonly<Record<string, string>>): string => {
  const folder = join(dir, 'ledgersData', 'stateLeveldb');
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
};

it('removes what a peer leaves that ended while it made its state database', async () => {
  const folder = store({ 'MANIFEST-000000': 'header', LOCK: '', LOG: 'opened' });
  expect(await removeUnfinishedStores(dir)).toEqual([folder]);
  expect(readdirSync(join(dir, 'ledgersData'))).toEqual([]);
});

it.each([
  ['a whole store', { 'MANIFEST-000000': 'header', CURRENT: 'MANIFEST-000000\n', LOCK: '', '000001.log': '' }],
  ['a store whose CURRENT was lost, with tables', { 'MANIFEST-000004': 'header', '000003.ldb': 'keys' }],
  ['a store whose CURRENT was lost, with a journal', { 'MANIFEST-000004': 'header', '000003.log': 'keys' }],
  ['a folder that is no store', { blockfile_000000: 'blocks' }],
] as const)('leaves %s alone', async (_what, files) => {
  const folder = store(files);
  expect(await removeUnfinishedStores(dir)).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
});

it('finds nothing before the first start', async () => {
  expect(await removeUnfinishedStores(join(dir, 'absent'))).toEqual([]);
});
