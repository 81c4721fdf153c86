import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AnlianError } from '@anlian/contracts';
import type { Profile } from './plan.ts';

const run = promisify(execFile);

/** The newest patch releases known when this was released. */
export const NEWEST = { '2.5': '2.5.16', '3.1': '3.1.5' } as const;

/** What the module of our `go.mod` is. */
export const MODULE_VERSION = '2.5.0';

const UNKNOWN = 'unknown';

/** Release 2.5.0 as a Go module carries no number of its own: Go wrote the module's version into what it built. */
const isOfTheModule = async (peer: string, moduleDir: string): Promise<boolean> => {
  const mod = await readFile(join(moduleDir, 'go.mod'), 'utf8');
  const version = /github\.com\/hyperledger\/fabric (v\S+)/.exec(mod)?.[1];
  return version !== undefined && (await readFile(peer)).includes(version);
};

/** The release that a `peer` is: what it says of itself, else what it was built from. @throws {AnlianError} `fabric_binary_missing` when it does not run */
export const versionOf = async (peer: string, moduleDir: string): Promise<string> => {
  const { stdout } = await run(peer, ['version']).catch((cause: unknown) => {
    throw new AnlianError('fabric_binary_missing', { field: peer, detail: '`peer version` does not run', cause });
  });
  const told = /^ *Version: v?(\d+\.\d+\.\d+)/m.exec(stdout)?.[1];
  return told ?? ((await isOfTheModule(peer, moduleDir)) ? MODULE_VERSION : UNKNOWN);
};

const numbersOf = (version: string): number[] => version.split('.').map(Number);

/** The newest patch release known of the same major line, where it is newer. */
export const newerPatch = (version: string): string | undefined => {
  const [major, minor, patch = 0] = numbersOf(version);
  const newest = Object.values(NEWEST).find((known) => numbersOf(known)[0] === major);
  if (newest === undefined || minor === undefined) return undefined;
  const [, newestMinor = 0, newestPatch = 0] = numbersOf(newest);
  return minor < newestMinor || (minor === newestMinor && patch < newestPatch) ? newest : undefined;
};

/** Releases whose orderer may stop for ever while it reads its Raft log: https://github.com/hyperledger/fabric/issues/4199, mended in 2.5.3. */
const STALLING: ReadonlySet<string> = new Set(['2.5.0', '2.5.1', '2.5.2']);

/** What to do about an orderer of this release that knows no leader for long; undefined where nothing is known against it. */
export const stallRemedy = (version: string): string | undefined =>
  STALLING.has(version)
    ? `Fabric ${version}: github.com/hyperledger/fabric/issues/4199 · ANLIAN_FABRIC_BIN ≥ 2.5.3`
    : undefined;

/** Which major versions order so. SmartBFT came with 3.0. */
const FITTING: Readonly<Record<Profile, readonly string[]>> = { raft1: ['2', '3'], raft3: ['2', '3'], bft4: ['3'] };

/** @throws {AnlianError} `fabric_version_unsuitable` when these programs cannot order as the profile asks */
export const requireFitting = (
  profile: Profile,
  { version, dir }: { readonly version: string; readonly dir: string },
): void => {
  const fitting = FITTING[profile];
  if (fitting.includes(version.split('.')[0] ?? '')) return;
  const wanted = fitting.map((major) => (major === '2' ? '2.5' : `${major}.x`)).join(' / ');
  throw new AnlianError('fabric_version_unsuitable', {
    field: `--profile ${profile}`,
    detail: `Fabric ${wanted}; ${dir}: ${version}`,
  });
};
