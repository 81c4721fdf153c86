import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { type ConsortiumPlan, planConsortium } from '@anlian/consortium/launcher';
import { type People, peopleOf } from './people.ts';
import { isFree } from './ports.ts';
import { childrenOf, isRunning, killAll } from './processFamily.ts';
import { until } from './until.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../consortium/src/main.ts');
/** The line that ends the launcher's welcome. */
const READY = 'Ctrl-C';

/** How the launcher ended before it was ready. */
export interface FailedLaunch {
  readonly exitCode: number | null;
  readonly output: string;
}

/** `npm start` on a home of the test's own, as a child process. */
export interface Launched {
  readonly plan: ConsortiumPlan;
  readonly people: People;
  readonly pid: number;
  /** Milliseconds until the welcome was printed. */
  readonly startMs: number;
  output(): string;
  /** Processes of the ledger and the nodes. */
  readonly children: readonly number[];
  /** The exit code, when it ends. */
  readonly exited: Promise<number | null>;
  /** Asks it to stop, as Ctrl-C does; the exit code. */
  stop(): Promise<number | null>;
  /** Ends the launcher, or everything at once, as a power cut would; returns when all of its processes are gone. */
  kill(which: 'launcher' | 'everything'): Promise<void>;
}

interface Starting {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly output: () => string;
}

const begin = (homeDir: string, firstPort: number, environment: Readonly<Record<string, string>>): Starting => {
  const child = spawn(process.execPath, [LAUNCHER, '--home', homeDir, '--port', String(firstPort)], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, exited, output: () => text };
};

/** Starts the consortium; a start that fails gives its exit code and its last words instead. */
export const tryLaunch = async (
  homeDir: string,
  firstPort: number,
  { environment = {}, withinMs = 240_000 }: { environment?: Record<string, string>; withinMs?: number } = {},
): Promise<Launched | FailedLaunch> => {
  const beganMs = performance.now();
  const { child, exited, output } = begin(homeDir, firstPort, environment);
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const { pid } = child;
  await until('the launcher says that it is ready', () => output().includes(READY) || ended, { withinMs });
  if (ended || pid === undefined) return { exitCode: await exited, output: output() };

  const children = childrenOf(pid);
  const plan = planConsortium(firstPort);
  return {
    plan,
    people: peopleOf(homeDir, plan),
    pid,
    startMs: performance.now() - beganMs,
    output,
    children,
    exited,
    stop: async () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: async (which) => {
      killAll(which === 'launcher' ? [pid] : [pid, ...children]);
      await exited;
      await until('every process of the consortium is gone', () => !children.some(isRunning));
    },
  };
};

export const launch = async (...parameters: Parameters<typeof tryLaunch>): Promise<Launched> => {
  const launched = await tryLaunch(...parameters);
  if ('exitCode' in launched)
    throw new Error(`the consortium did not start (${launched.exitCode}):\n${launched.output}`);
  return launched;
};

/** Ports of a consortium. */
const PORTS = 5;

/** How many ports from the first one on a test may take. */
const SPAN = 1_000;

/**
 * The first of some ports in a row that nobody listens on, below those that the system gives out by itself. Seconds pass
 * between the look and the use, and test files run side by side: each process begins to look elsewhere.
 */
export const freePorts = async (from = 17_000, count = PORTS): Promise<number> => {
  const step = Math.ceil(count / 10) * 10;
  const places = Math.floor(SPAN / step);
  for (let looked = 0; looked < places; looked++) {
    const first = from + ((process.pid * 37 + looked) % places) * step;
    const all = await Promise.all(Array.from({ length: count }, (_, at) => isFree(first + at)));
    if (all.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
};
