import { execFile } from 'node:child_process';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** What the npm that runs the tests tells its own scripts, and another npm would take for its settings. */
const OF_A_SCRIPT = /^npm_(?:lifecycle_|package_|config_(?:local_prefix|workspace|prefix|global))/i;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_A_SCRIPT.test(name)));

/** Runs a program to its end beside this process, which goes on serving what the program may ask it. */
export const run = (cwd: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  new Promise((resolve) => {
    const options = {
      cwd,
      encoding: 'utf8',
      env: { ...environment, ...env },
      timeout: 100_000,
      maxBuffer: 1 << 26,
    } as const;
    const child = execFile(file, [...args], options, (_error, out, err) => {
      resolve({ status: child.exitCode, out, err });
    });
  });

/** @throws {Error} with the program's words when it fails */
export const mustRun = async (...call: Parameters<typeof run>): Promise<string> => {
  const { status, out, err } = await run(...call);
  if (status !== 0) throw new Error(`${call[1]} ${call[2].join(' ')} ended with ${status}:\n${out}${err}`);
  return out;
};

/** npm, which takes what it can from its cache and runs no package's scripts. */
export const npmInstall = (dir: string, ...what: readonly string[]): Promise<Ran> =>
  run(dir, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...what]);
