import { type ChildProcess, spawn } from 'node:child_process';
import { until } from './until.ts';

export interface Typed {
  /** What was printed, on either stream. */
  readonly output: string;
  /** Commands that failed although nobody said what to do then. */
  readonly failed: readonly string[];
}

/** A shell that stays, as a terminal's does: what one block sets the next one finds. */
export interface Terminal {
  readonly type: (commands: string, withinMs: number) => Promise<Typed>;
  readonly close: () => void;
}

const gather = (child: ChildProcess): (() => string) => {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
};

const FAILED = '\u001efailed:';
const DONE = '\u001edone';

export const openTerminal = (cwd: string, env: Readonly<Record<string, string>>): Terminal => {
  const child = spawn('bash', ['--noprofile', '--norc'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const printed = gather(child);
  child.stdin.write(`exec 2>&1\ntrap 'printf "${FAILED}%s\\n" "$BASH_COMMAND"' ERR\n`);
  return {
    type: async (commands, withinMs) => {
      const from = printed().length;
      child.stdin.write(`${commands}\nprintf '${DONE}\\n'\n`);
      const output = await until(
        'the commands end',
        () => {
          const text = printed().slice(from);
          if (child.exitCode !== null) throw new Error(`the shell ended:\n${text}`);
          return text.includes(DONE) && text;
        },
        { withinMs },
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${printed().slice(from)}`);
      });
      const failed = output.split('\n').flatMap((line) => (line.startsWith(FAILED) ? [line.slice(FAILED.length)] : []));
      return { output, failed };
    },
    close: () => void child.kill(),
  };
};

/** A command that runs until Ctrl-C. */
export interface Foreground {
  readonly output: () => string;
  readonly isRunning: () => boolean;
  /** Ctrl-C: the terminal tells everything that runs in it. Resolves when it has ended. */
  readonly interrupt: () => Promise<void>;
}

export const runInForeground = (command: string, cwd: string, env: Readonly<Record<string, string>>): Foreground => {
  const child = spawn('bash', ['--noprofile', '--norc', '-c', command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = gather(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    output,
    isRunning,
    interrupt: async () => {
      if (isRunning() && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      await ended;
    },
  };
};
