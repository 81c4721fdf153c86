import type { ParseArgsOptionsConfig } from 'node:util';
import type { ErrorCode, Language, Text } from '@anlian/contracts';
import { SLIPS } from './slips.ts';

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

/** What a person is told about how to call a verb. */
export interface Guide {
  readonly usage: string;
  /** Options that fit this call, without their dashes. */
  readonly options: readonly string[];
  /** What `--help` prints. */
  readonly help: (language: Language) => readonly string[];
  /** The command that explains more, told after a slip. */
  readonly more?: string;
}

export interface Verb {
  readonly usage: string;
  readonly summary: Text;
  /** What else `--help` says, a line each. */
  readonly notes?: readonly Text[];
  readonly options: ParseArgsOptionsConfig;
  /** Positional arguments by their names in the usage, and how many it takes; the last name stands for all further ones. */
  readonly positionals: { readonly names: readonly string[]; readonly min: number; readonly max: number };
  /** What to do about an error at this command, where the catalogue speaks to somebody else. */
  readonly remedies?: Readonly<Partial<Record<ErrorCode, Text>>>;
  /** A narrower guide for a call that has got this far, where there is one. */
  readonly guide?: (positionals: readonly string[]) => Guide | undefined;
  /** @returns the exit code */
  readonly run: (call: Call) => Promise<number>;
}

/** A verb that takes nothing but options. */
export const NO_POSITIONALS: Verb['positionals'] = { names: [], min: 0, max: 0 };

/** Exit codes of every verb. */
export const EXIT = { ok: 0, refused: 1, wrongUse: 2 } as const;

/** The call itself was wrong: exit code 2, with the verb's usage. */
export class UsageError extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.name = 'UsageError';
    this.text = text;
  }
}

/** The value of an option that a verb cannot do without. */
export const required = ({ option }: Call, name: string): string => {
  const value = option(name);
  if (value === undefined) throw new UsageError(SLIPS.missing(`--${name}`));
  return value;
};

/** One of a closed list of words. */
export const oneOf = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(SLIPS.unknown(value, allowed, `--${name} `));
  return found;
};
