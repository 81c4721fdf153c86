import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type FabricBinaries, findBinaries } from '@anlian/consortium/fabric';

/** Fabric's programs as a start would find them; Go builds them once. */
export const fabricBinaries = (): Promise<FabricBinaries> =>
  findBinaries({
    binDir: process.env.ANLIAN_FABRIC_BIN,
    searchPath: process.env.PATH ?? '',
    cacheDir: join(homedir(), '.cache', 'anlian'),
    onBuild: () => process.stdout.write('building Fabric’s programs with Go, once\n'),
  });

const answers = (program: string, ...args: string[]): boolean => spawnSync(program, args).error === undefined;

const { ANLIAN_FABRIC_BIN, CI } = process.env;

/** Why a network cannot be started here; undefined where it can, and where the programs must be there: a continuous integration fails. */
export const noFabric: string | undefined =
  CI === 'true' || ANLIAN_FABRIC_BIN || answers('peer', 'version') || answers('go', 'version')
    ? undefined
    : 'neither Fabric’s programs nor Go to build them';

const named = ANLIAN_FABRIC_BIN
  ? spawnSync(join(ANLIAN_FABRIC_BIN, 'peer'), ['version'], { encoding: 'utf8' }).stdout
  : '';

/** Why nothing of Fabric 3 can be tested; undefined where it can. */
export const noFabric3: string | undefined = /Version: v?3\./.test(named ?? '')
  ? undefined
  : 'ANLIAN_FABRIC_BIN holds no Fabric 3.x';

/** A test's name, with the reason when it does not run. */
export const unless = (reason: string | undefined, name: string): string =>
  reason === undefined ? name : `${name} (not run: ${reason})`;
