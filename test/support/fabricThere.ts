import { spawnSync } from 'node:child_process';

/** Go builds Fabric's programs where none are installed. */
const isInstalled = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Why no Fabric network can be started here; undefined where one can. CI must be able to. */
export const fabricMissing: string | undefined =
  process.env.ANLIAN_FABRIC_BIN || isInstalled('peer', 'version') || isInstalled('go', 'version')
    ? undefined
    : 'neither Fabric’s programs (ANLIAN_FABRIC_BIN, PATH) nor Go';

if (fabricMissing && process.env.CI === 'true') throw new Error(`CI needs ${fabricMissing}`);
