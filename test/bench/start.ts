import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePorts, type Launched, launch } from '../support/consortium.ts';
import { atMost, type Bench, type Row } from './row.ts';

const PREPARE = resolve(import.meta.dirname, '../../consortium/src/prepare.ts');
const FIRST_PORT = 7_700;
const FIRST_GOAL_SECONDS = 20;
const SECOND_GOAL_SECONDS = 8;

/** What `npm ci` does last; where it was done already, this only looks. */
const prepareInstallation = (): void => {
  const { status } = spawnSync(process.execPath, [PREPARE], { stdio: 'ignore' });
  if (status !== 0) throw new Error(`the preparation of the installation ended with ${status}`);
};

/** The launcher's own lines about its phases. */
const phasesOf = (output: string): string =>
  [...output.matchAll(/✓ (.+?)(?: \(\d+\))? {2}([\d.]+) s/g)]
    .map(([, name, seconds]) => `${name} ${seconds} s`)
    .join(', ');

const startRow = (name: string, { startMs, output }: Launched, goalSeconds: number): Row => {
  const seconds = startMs / 1000;
  return { name, value: seconds, unit: 's', ...atMost(seconds, goalSeconds), detail: phasesOf(output()) };
};

const stop = async (consortium: Launched): Promise<void> => {
  const code = await consortium.stop();
  if (code !== 0) throw new Error(`the consortium did not stop cleanly (${code})`);
};

/** From typing the command to the welcome: five processes ready and, the first time, the starting set loaded. */
export const benchStart: Bench = async () => {
  prepareInstallation();
  const home = mkdtempSync(join(tmpdir(), 'anlian-bench-start-'));
  try {
    const port = await freePorts(FIRST_PORT);
    const first = await launch(home, port);
    await stop(first);
    const second = await launch(home, port);
    await stop(second);
    return [
      startRow('first start: every node ready, starting set loaded', first, FIRST_GOAL_SECONDS),
      startRow('second start: every node ready', second, SECOND_GOAL_SECONDS),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};
