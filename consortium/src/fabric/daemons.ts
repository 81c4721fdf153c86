import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AnlianError, canonicalBytes } from '@anlian/contracts';

/** A program that goes on when the command that started it ends. */
export interface Daemon extends DaemonFiles {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface DaemonFiles {
  /** `hengyuan/peer` */
  readonly name: string;
  readonly pidFile: string;
  readonly logFile: string;
}

/** A process id is given out again: with the boot and the start time in it, it names one process. */
interface Running {
  readonly pid: number;
  readonly startedAt: string;
  /** SHA-256 of program, arguments and environment. */
  readonly command: string;
}

const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** The boot, and the clock ticks after it at which the process started (proc(5), field 22 of `stat`); undefined when it is gone. */
const startedAt = (pid: number): string | undefined => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    // A first thread that ended may wait for others, which hold the ports still (field 20: how many there are).
    const isGone = fields[0] === 'Z' && Number(fields[17]) <= 1;
    return isGone ? undefined : `${readFileSync(BOOT_ID_FILE, 'utf8').trim()}/${fields[19]}`;
  } catch {
    return undefined;
  }
};

const commandOf = ({ program, args, env }: Daemon): string =>
  createHash('sha256').update(canonicalBytes({ program, args, env })).digest('hex');

/** A file that was cut short, as by a power cut, names nobody. */
const runningIn = async ({ pidFile }: Pick<Daemon, 'pidFile'>): Promise<Running | undefined> => {
  try {
    const known = JSON.parse(await readFile(pidFile, 'utf8')) as Running;
    const seen = startedAt(known.pid);
    return seen !== undefined && seen === known.startedAt ? known : undefined;
  } catch {
    return undefined;
  }
};

/** The process id, while the very process that was started still runs. */
export const runningPid = async (daemon: Pick<Daemon, 'pidFile'>): Promise<number | undefined> =>
  (await runningIn(daemon))?.pid;

/** Starts it unless it runs; one that runs by another program, other arguments or settings is replaced. Returns whether it had to. */
export const startDaemon = async (daemon: Daemon): Promise<boolean> => {
  const running = await runningIn(daemon);
  if (running?.command === commandOf(daemon)) return false;
  if (running) await stopDaemon(daemon);
  await mkdir(dirname(daemon.pidFile), { recursive: true, mode: 0o700 });
  await mkdir(dirname(daemon.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(daemon.logFile, 'a', 0o600);
  try {
    const child = spawn(daemon.program, daemon.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...daemon.env },
    });
    const { pid } = child;
    const failed = await new Promise<Error | undefined>((resolve) => {
      child.once('error', resolve);
      child.once('spawn', () => resolve(undefined));
    });
    if (failed || pid === undefined)
      throw new AnlianError('fabric_binary_missing', { field: daemon.program, detail: daemon.name, cause: failed });
    child.unref();
    const started: Running = { pid, startedAt: startedAt(pid) ?? '', command: commandOf(daemon) };
    await writeFile(daemon.pidFile, JSON.stringify(started), { mode: 0o600 });
    return true;
  } finally {
    closeSync(log);
  }
};

const POLL_MS = 50;
const KILL_AFTER_MS = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** It may end between being seen and being told. */
const tell = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

/** Asks it to end and waits until it has; one that does not listen is killed. Returns whether it ran. */
export const stopDaemon = async (daemon: Pick<Daemon, 'pidFile'>): Promise<boolean> => {
  const pid = await runningPid(daemon);
  if (pid !== undefined) {
    tell(pid, 'SIGTERM');
    for (let waitedMs = 0; (await runningPid(daemon)) !== undefined; waitedMs += POLL_MS) {
      if (waitedMs === KILL_AFTER_MS) tell(pid, 'SIGKILL');
      await pause(POLL_MS);
    }
  }
  await rm(daemon.pidFile, { force: true });
  return pid !== undefined;
};

/** Waits until `holds`, as long as the daemon runs. @throws {AnlianError} `fabric_not_ready` with the log's name */
export const awaitDaemon = async (
  daemon: DaemonFiles,
  holds: () => Promise<boolean>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<void> => {
  const startedAt = performance.now();
  while (!(await holds())) {
    signal.throwIfAborted();
    const field = daemon.name;
    if ((await runningPid(daemon)) === undefined)
      throw new AnlianError('fabric_not_ready', { field, detail: `ended by itself · ${daemon.logFile}` });
    if (performance.now() - startedAt > withinMs)
      throw new AnlianError('fabric_not_ready', {
        field,
        detail: `not within ${withinMs / 1000} s · ${daemon.logFile}`,
      });
    await pause(POLL_MS);
  }
};
