import type { ParseArgsOptionsConfig } from 'node:util';
import type { Language, Text } from '@anlian/contracts';

/** What a command gets of the world; a test gives it another. */
export interface CliContext {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly isTerminal: boolean;
  readonly clock: () => number;
  readonly monotonic: () => number;
  readonly bootId: string | undefined;
  readonly random: (bytes: number) => Uint8Array;
  readonly fetch: typeof globalThis.fetch;
}

/** One call of a verb, its arguments parsed. */
export interface Call {
  readonly context: CliContext;
  readonly positionals: readonly string[];
  /** The value of an option, or undefined. */
  readonly option: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
  readonly language: Language;
  /** Print one JSON value and nothing else. */
  readonly isJson: boolean;
}

export interface Verb {
  readonly usage: string;
  readonly summary: Text;
  readonly options: ParseArgsOptionsConfig;
  /** How many positional arguments it takes. */
  readonly positionals: { readonly min: number; readonly max: number };
  /** @returns the exit code */
  readonly run: (call: Call) => Promise<number>;
}

/** Exit codes of every verb. */
export const EXIT = { ok: 0, refused: 1, wrongUse: 2 } as const;

/** The call itself was wrong: exit code 2, with the verb's usage. */
export class UsageError extends Error {}

/** The value of an option that a verb cannot do without. */
export const required = ({ option }: Call, name: string): string => {
  const value = option(name);
  if (value === undefined) throw new UsageError(`--${name}`);
  return value;
};

export const oneOf = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`--${name} ${allowed.join(' | ')}`);
  return found;
};
