import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { generateDrizzleJson, generateMigration } from 'drizzle-kit/api';
import { expect, it } from 'vitest';

const NODE_ROOM = fileURLToPath(new URL('../node', import.meta.url));
const lastSnapshot = (): Parameters<typeof generateMigration>[0] => {
  const meta = join(NODE_ROOM, 'drizzle', 'meta');
  const last = readdirSync(meta)
    .filter((file) => file.endsWith('_snapshot.json'))
    .sort()
    .at(-1);
  return JSON.parse(readFileSync(join(meta, last ?? ''), 'utf8'));
};

const tables = async (): Promise<Record<string, unknown>> => {
  const all: Record<string, unknown> = {};
  for (const room of readdirSync(join(NODE_ROOM, 'src'), { withFileTypes: true })) {
    const file = join(NODE_ROOM, 'src', room.name, 'tables.ts');
    if (room.isDirectory() && readdirSync(join(NODE_ROOM, 'src', room.name)).includes('tables.ts'))
      for (const [name, table] of Object.entries(await import(pathToFileURL(file).href)))
        all[`${room.name}/${name}`] = table;
  }
  return all;
};

it('has a migration for every table and column in the code', async () => {
  const now = generateDrizzleJson(await tables());
  expect(Object.keys(now.tables).length).toBeGreaterThan(20);
  expect(await generateMigration(lastSnapshot(), now)).toEqual([]);
});
