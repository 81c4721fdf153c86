import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../support/sourceTree.ts';
import { mustRun, npmInstall, type Ran, run } from './run.ts';

const TSC = join(dirname(fileURLToPath(import.meta.resolve('typescript/package.json'))), 'bin', 'tsc');

/** A project of somebody else's, in which the tarballs were installed without their optional dependencies. */
export interface Project {
  readonly dir: string;
  /** By package: `contracts`, `chaincode`, `sdk`. */
  readonly tarballs: Readonly<Record<string, string>>;
  /** Compiles files of the project; what the compiler prints. */
  compile(files: readonly string[], options: Readonly<Record<string, unknown>>): Promise<Ran>;
  remove(): void;
}

export const openProject = async (): Promise<Project> => {
  const base = mkdtempSync(join(tmpdir(), 'anlian-package-'));
  const packed = join(base, 'packed');
  const dir = join(base, 'project');
  await mustRun(ROOT, process.execPath, [join(ROOT, 'sdk/pack/main.ts'), '--to', packed]);
  const files = readdirSync(packed);
  const tarballs = Object.fromEntries(files.map((file) => [file.split('-')[1] ?? '', join(packed, file)]));
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{"private":true,"type":"module"}');
  const installed = await npmInstall(dir, '--omit=optional', '@types/node@22', ...Object.values(tarballs));
  if (installed.status !== 0) throw new Error(`npm install ended with ${installed.status}:\n${installed.err}`);
  return {
    dir,
    tarballs,
    compile: async (names, options) => {
      const compilerOptions = { strict: true, target: 'es2023', skipLibCheck: false, ...options };
      writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: names }));
      return run(dir, process.execPath, [TSC, '-p', '.', '--pretty', 'false']);
    },
    remove: () => rmSync(base, { recursive: true }),
  };
};
