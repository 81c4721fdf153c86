import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TSC = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(/package\.json$/, 'bin/tsc');

/**
 * JavaScript and declarations of everything that some sources lead to, laid out below `outDir` as the sources are below `root`. Tests
 * and fixtures, to which no entry leads, stay out.
 * @param sources absolute paths of the entries
 * @param byName absolute paths of sources by the package names that others import them by: what is reached through a workspace's
 *   link in node_modules counts as a library, and of a library nothing is written
 * @param outDir inside the checkout, so that its installed types are found
 * @throws {Error} with the compiler's words when it finds a fault
 */
export const compile = (
  root: string,
  sources: readonly string[],
  byName: ReadonlyMap<string, string>,
  outDir: string,
): void => {
  const project = join(outDir, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    noEmitOnError: true,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    paths: Object.fromEntries([...byName].map(([name, source]) => [name, [source]])),
    rootDir: root,
    outDir,
  };
  const config = { extends: join(root, 'tsconfig.json'), compilerOptions, include: [], exclude: [], files: sources };
  writeFileSync(project, JSON.stringify(config));
  const { status, stdout, stderr } = spawnSync(process.execPath, [TSC, '-p', project], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tsc ended with ${status}:\n${stdout}${stderr}`);
};
