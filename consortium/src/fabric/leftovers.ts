import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';

/** A process of a network, found without the network's own memory. */
export interface Leftover {
  /** `hengyuan/peer` */
  readonly name: string;
  readonly pid: number;
}

/** What names the network's folder in the environment of each of its processes, by kind. */
const NAMED_IN = [
  { variable: 'FABRIC_CFG_PATH', folder: 'peer-config', part: 'peer' },
  { variable: 'FABRIC_CFG_PATH', folder: 'orderer-config', part: 'orderer' },
  { variable: 'CHAINCODE_TLS_KEY', folder: '', part: 'chaincode' },
] as const;

/** Another person's process cannot be read, nor can one that has ended. */
const environmentOf = (pid: string): ReadonlyMap<string, string> => {
  try {
    const entries = readFileSync(join('/proc', pid, 'environ'), 'utf8').split('\0');
    return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  } catch {
    return new Map();
  }
};

const nameIn = (dir: string, environment: ReadonlyMap<string, string>): string | undefined => {
  const start = `${resolve(dir)}${sep}`;
  for (const { variable, folder, part } of NAMED_IN) {
    const path = environment.get(variable) ?? '';
    const [member, ...below] = path.startsWith(start) ? path.slice(start.length).split(sep) : [];
    if (member && (folder === '' || below.join(sep) === folder)) return `${member}/${part}`;
  }
  return undefined;
};

/** Processes of this person's that run for the network in a folder, whether or not anything there still tells of them. */
export const leftoversIn = (dir: string): Leftover[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const name = nameIn(dir, environmentOf(pid));
      return name === undefined ? [] : [{ name, pid: Number(pid) }];
    });

const POLL_MS = 50;
const KILL_AFTER_MS = 10_000;

/** It may end between being seen and being told. */
const tell = ({ pid }: Leftover, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

/** Asks them to end and waits until they have; those that do not listen are killed. Returns what was stopped. */
export const stopLeftovers = async (dir: string, killAfterMs = KILL_AFTER_MS): Promise<string[]> => {
  const found = leftoversIn(dir);
  for (const one of found) tell(one, 'SIGTERM');
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const left = leftoversIn(dir);
    if (left.length === 0) return found.map(({ name }) => name).sort();
    if (waitedMs >= killAfterMs) for (const one of left) tell(one, 'SIGKILL');
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
};
