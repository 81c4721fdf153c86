import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { ROOT } from './support/sourceTree.ts';

const Root = z.object({ allowScripts: z.record(z.string(), z.boolean()) });
const Lock = z.object({
  packages: z.record(z.string(), z.object({ hasInstallScript: z.boolean().optional(), os: z.unknown().optional() })),
});
const read = <T extends z.ZodType>(file: string, schema: T): z.output<T> =>
  schema.parse(JSON.parse(readFileSync(join(ROOT, file), 'utf8')));

it('every package with an install script that is installed everywhere is allowed to run it or not: npm asks about none', () => {
  const { allowScripts } = read('package.json', Root);
  const scripted = Object.entries(read('package-lock.json', Lock).packages).flatMap(
    ([path, { hasInstallScript, os }]) =>
      hasInstallScript && os === undefined
        ? [path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)]
        : [],
  );
  expect(scripted.length).toBeGreaterThan(0);
  expect([...new Set(scripted)].filter((name) => allowScripts[name] === undefined)).toEqual([]);
});
