import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createFetch } from '../http/index.ts';
import type { CliContext } from './verb.ts';

/** Linux names each start of the machine; elsewhere a restart cannot be told from a restart of the program. */
const bootId = (): string | undefined => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** The real world. `hrtime` goes on from the start of the machine, not of the process. */
export const processContext = (): CliContext => ({
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  env: process.env,
  cwd: process.cwd(),
  isTerminal: process.stdout.isTTY === true,
  clock: Date.now,
  monotonic: () => Number(process.hrtime.bigint() / 1_000_000n),
  bootId: bootId(),
  random: randomBytes,
  fetch: createFetch({ localhostToLoopback: true }),
});
