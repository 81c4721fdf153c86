import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, constants, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AnlianError } from '@anlian/contracts';
import { makeDirectory } from './directory.ts';
import { MODULE_VERSION, versionOf } from './versions.ts';

export { newerPatch } from './versions.ts';

const run = promisify(execFile);

/** Fabric's programs that a network needs. */
const PROGRAMS = ['peer', 'orderer', 'configtxgen', 'osnadmin'] as const;
export type Program = (typeof PROGRAMS)[number];

export const MODULE_DIR = fileURLToPath(new URL('../../fabric', import.meta.url));
const BUILD_WITHIN_MS = 15 * 60_000;

export interface FabricBinaries {
  readonly dir: string;
  readonly source: 'ANLIAN_FABRIC_BIN' | 'PATH' | 'built from the Go module';
  /** `2.5.0`; `unknown` of a build that carries no number. */
  readonly version: string;
  readonly path: (program: Program) => string;
}

export interface BinarySources {
  /** `ANLIAN_FABRIC_BIN`: these and no others. */
  readonly binDir: string | undefined;
  /** `PATH` */
  readonly searchPath: string;
  /** Where what Go builds is kept, outside the working tree. */
  readonly cacheDir: string;
  /** Told once, before a build that takes minutes. */
  readonly onBuild: () => void;
  /** Ends a build that goes on. */
  readonly signal?: AbortSignal;
}

const isProgram = async (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const missingIn = async (dir: string): Promise<Program[]> => {
  const present = await Promise.all(PROGRAMS.map((program) => isProgram(join(dir, program))));
  return PROGRAMS.filter((_, at) => !present[at]);
};

/** Binaries of a folder, all of which must be there. @throws {AnlianError} `fabric_binary_missing`, naming each that is not */
export const binariesIn = async (dir: string, source: FabricBinaries['source']): Promise<FabricBinaries> => {
  const missing = await missingIn(dir);
  if (missing.length > 0)
    throw new AnlianError('fabric_binary_missing', { field: missing.join(', '), detail: `${source} · ${dir}` });
  const path = (program: Program) => join(dir, program);
  return { dir, source, version: await versionOf(path('peer'), MODULE_DIR), path };
};

const onSearchPath = async (searchPath: string): Promise<string | undefined> => {
  for (const dir of searchPath.split(delimiter).filter((entry) => entry !== ''))
    if ((await missingIn(dir)).length === 0) return dir;
  return undefined;
};

const goOn = async (searchPath: string): Promise<string> => {
  for (const dir of searchPath.split(delimiter).filter((entry) => entry !== ''))
    if (await isProgram(join(dir, 'go'))) return join(dir, 'go');
  throw new AnlianError('fabric_binary_missing', {
    field: PROGRAMS.join(', '),
    detail: 'no Fabric programs in ANLIAN_FABRIC_BIN or PATH, and no Go to build them',
  });
};

/** Of what `go build` said, the first line that is a complaint. */
const complaintOf = (cause: unknown): string => {
  const lines = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).split('\n') : [];
  return lines.find((line) => line !== '' && !/^(?:#|go: downloading)/.test(line))?.slice(0, 500) ?? '';
};

/** Built aside and renamed: a build that was cut short leaves nothing that looks finished. */
const build = async ({ cacheDir, searchPath, onBuild, signal }: BinarySources): Promise<string> => {
  const sums = createHash('sha256').update(await readFile(join(MODULE_DIR, 'go.mod')));
  const dir = join(cacheDir, `fabric-${MODULE_VERSION}-${sums.digest('hex').slice(0, 12)}`);
  if (existsSync(dir)) return dir;
  const go = await goOn(searchPath);
  const partial = `${dir}.${process.pid}.partial`;
  await makeDirectory(partial);
  onBuild();
  try {
    await run(go, ['build', '-trimpath', '-o', partial, 'tool'], {
      cwd: MODULE_DIR,
      timeout: BUILD_WITHIN_MS,
      ...(signal && { signal }),
    });
    await rename(partial, dir).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new AnlianError('fabric_binary_missing', {
      field: PROGRAMS.join(', '),
      detail: `go build failed: ${complaintOf(cause)}`,
      cause,
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return dir;
};

/**
 * Fabric's programs: of the folder that was named, else of the search path, else built once from the Go module.
 * @throws {AnlianError} `fabric_binary_missing`, naming what is missing and where; `data_dir_unwritable` of the cache
 */
export const findBinaries = async (sources: BinarySources): Promise<FabricBinaries> => {
  const { binDir, searchPath } = sources;
  if (binDir !== undefined && binDir !== '') return binariesIn(resolve(binDir), 'ANLIAN_FABRIC_BIN');
  const dir = await onSearchPath(searchPath);
  if (dir !== undefined) return binariesIn(resolve(dir), 'PATH');
  return binariesIn(await build(sources), 'built from the Go module');
};
