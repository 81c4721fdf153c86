import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ENTRY = resolve(import.meta.dirname, 'main.ts');

/** A command that a person has typed. */
export interface Typed {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exitCode: Promise<number | null>;
}

type Environment = Readonly<Record<string, string>>;

/** `npm run fabric:…` in a folder of its own; nothing is there before the first `up`. */
export const openTerminal = () => {
  const dir = mkdtempSync(join(tmpdir(), 'anlian-fabric-command-'));
  const begin = (args: readonly string[], environment: Environment = {}): Typed => {
    const child = spawn(process.execPath, [ENTRY, ...args], {
      env: { ...process.env, ANLIAN_HOME: dir, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    return { child, output: () => text, exitCode: once(child, 'close').then(([code]) => code as number | null) };
  };
  const type = async (args: readonly string[], environment?: Environment) => {
    const typed = begin(args, environment);
    return { exitCode: await typed.exitCode, output: typed.output() };
  };
  return {
    dir,
    home: join(dir, 'fabric'),
    begin,
    type,
    /** A folder whose `fabric.json` holds this. */
    damagedHome: () => mkdtempSync(join(dir, 'damaged-')),
    /** Stops whatever of the network runs. */
    close: async () => {
      await type(['down']);
      rmSync(dir, { recursive: true, force: true });
    },
  };
};

/** The pids that `status` tells, each behind its process: `hengyuan/peer 7`. */
export const runningIn = (status: string): string[] =>
  [...status.matchAll(/^ {2}(\S+\/\S+) +运行中 running +(\d+)/gm)].map(([, name, pid]) => `${name} ${pid}`);
