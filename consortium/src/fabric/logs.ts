import { open, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { DaemonFiles } from './daemons.ts';

export interface LogOptions {
  /** Lines of the past, of each log. */
  readonly lines: number;
  /** Goes on with what is written later, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
}

const TAIL_BYTES = 256 * 1024;
const POLL_MS = 200;

const readRange = async (file: string, from: number, to: number): Promise<string> => {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
};

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** One log: what was written since the last look, in whole lines. */
const reader = ({ name, logFile }: DaemonFiles, write: LogOptions['write']) => {
  let offset = 0;
  const tell = (lines: readonly string[]): void => {
    for (const line of lines) write(`${name} | ${stripVTControlCharacters(line)}\n`);
  };
  return {
    past: async (count: number): Promise<void> => {
      const size = await sizeOf(logFile);
      const text = size === 0 ? '' : await readRange(logFile, Math.max(0, size - TAIL_BYTES), size);
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      offset = size - Buffer.byteLength(text.slice(whole.length));
      tell(whole.split('\n').slice(0, -1).slice(-count));
    },
    news: async (): Promise<void> => {
      const size = await sizeOf(logFile);
      // A log that became shorter was begun anew.
      if (size < offset) offset = 0;
      if (size === offset) return;
      const text = await readRange(logFile, offset, Math.min(size, offset + TAIL_BYTES));
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      offset += Buffer.byteLength(whole);
      tell(whole.split('\n').slice(0, -1));
    },
  };
};

/** Prints logs, each line under its process's name. */
export const printLogs = async (
  daemons: readonly DaemonFiles[],
  { lines, follow, signal, write }: LogOptions,
): Promise<void> => {
  const readers = daemons.map((daemon) => reader(daemon, write));
  for (const { past } of readers) await past(lines);
  while (follow && !signal.aborted) {
    for (const { news } of readers) await news();
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
};
