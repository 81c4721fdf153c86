import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { AnlianError, isErrorCode } from '@anlian/contracts';
import { COMPILE_CACHE } from './cache.ts';

/** A child that has said that it is ready. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** Where its standard error goes. */
  readonly logFile: string;
  /** Resolves when it ends, with its exit code, or null after a signal. */
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}

export interface ProcessOptions {
  readonly name: string;
  /** TypeScript entry, run by this process's own Node. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Standard error goes here. */
  readonly logFile: string;
}

const KILL_AFTER_MS = 10_000;

const start = ({
  entry,
  args = [],
  env,
  logFile,
}: ProcessOptions): { child: ChildProcess; lastLines: () => readonly string[] } => {
  const child = spawn(process.execPath, [entry, ...args], {
    // The child's standard input closes when this process ends, however it ends: then the child stops too.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      TZ: process.env.TZ ?? '',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...env,
      ANLIAN_EXIT_WITH_PARENT: '1',
    },
    // Ctrl-C reaches the launcher alone, which then stops its children in order.
    detached: true,
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  const lines: string[] = [];
  if (child.stderr) {
    child.stderr.pipe(log);
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 20) lines.shift();
    });
  }
  return { child, lastLines: () => lines };
};

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', (code) => resolve(code)));

/** Starts a process and waits for its line of JSON on standard output. Throws the error that the process itself named when it ends first. */
export const startProcess = async (options: ProcessOptions): Promise<RunningProcess> => {
  const { child, lastLines } = start(options);
  const ended = endOf(child);
  const first = await Promise.race([firstLine(child), ended.then(() => undefined)]);
  if (first === undefined || child.pid === undefined) throw failureOf(options, lastLines());
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    await ended;
    clearTimeout(timer);
  };
  return { name: options.name, pid: child.pid, logFile: options.logFile, ended, stop };
};

/** Runs a process to its end and returns its line of JSON. */
export const runOnce = async (options: ProcessOptions): Promise<unknown> => {
  const { child, lastLines } = start(options);
  const ended = endOf(child);
  const line = await Promise.race([firstLine(child), ended.then(() => undefined)]);
  const code = await ended;
  if (code !== 0 || line === undefined) throw failureOf(options, lastLines());
  return JSON.parse(line);
};

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });

/** A process that refuses to start says why in its last line, as JSON with a stable code. */
const failureOf = ({ name, logFile }: ProcessOptions, lines: readonly string[]): AnlianError => {
  for (const line of lines.toReversed()) {
    const told = safelyParsed(line);
    if (isErrorCode(told?.code))
      return new AnlianError(told.code, {
        field: told.field ?? name,
        detail: told.detail ?? name,
        ...(told.errors ? { errors: told.errors } : {}),
      });
  }
  return new AnlianError('process_ended', { field: name, detail: `${name} did not start; ${logFile}` });
};

interface Told {
  readonly code?: string;
  readonly field?: string;
  readonly detail?: string;
  readonly errors?: AnlianError['errors'];
}

const safelyParsed = (line: string): Told | undefined => {
  try {
    return JSON.parse(line) as Told;
  } catch {
    return undefined;
  }
};
