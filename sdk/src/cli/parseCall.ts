import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { LANGUAGES } from '@anlian/contracts';
import { guideOf } from './help.ts';
import { SLIPS } from './slips.ts';
import { UsageError, type Verb } from './verb.ts';

/** Options that every verb takes. */
export const COMMON = {
  lang: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

export const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h';

interface Parsed {
  readonly options: ReadonlyMap<string, string | true>;
  readonly positionals: readonly string[];
}

/** Lenient, so that each slip can be told in the caller's words rather than in those of the parser. */
const tokensOf = ({ options }: Verb, args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: { ...COMMON, ...options },
    allowPositionals: true,
    strict: false,
    tokens: true,
  }).tokens;

type Token = ReturnType<typeof tokensOf>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** The positional arguments as they stand, whatever else is wrong. */
export const positionalsOf = (verb: Verb, args: readonly string[]): string[] =>
  tokensOf(verb, args).flatMap((token) => (token.kind === 'positional' ? [token.value] : []));

const looksLikeOption = (value: string): boolean => value.length > 1 && value.startsWith('-');

const givenValue = (token: OptionToken, type: 'string' | 'boolean'): string | true => {
  const { rawName, value, inlineValue } = token;
  if (type === 'boolean') {
    if (value !== undefined) throw new UsageError(SLIPS.takesNone(rawName));
    return true;
  }
  if (value === undefined || (!inlineValue && looksLikeOption(value))) throw new UsageError(SLIPS.valueless(rawName));
  if (value === '') throw new UsageError(SLIPS.empty(rawName));
  return value;
};

const optionsOf = (verb: Verb, tokens: readonly Token[], positionals: readonly string[]): Parsed['options'] => {
  const known: ParseArgsOptionsConfig = { ...COMMON, ...verb.options };
  const given = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (spec === undefined) {
      const fitting = [...guideOf(verb, positionals).options, ...Object.keys(COMMON)];
      throw new UsageError(SLIPS.unknown(token.name, fitting, '--'));
    }
    const value = givenValue(token, spec.type);
    if (token.name === 'lang' && !LANGUAGES.some((language) => language === value))
      throw new UsageError(SLIPS.unknown(String(value), LANGUAGES, '--lang '));
    given.set(token.name, value);
  }
  return given;
};

const checkPositionals = ({ positionals: { names, min, max } }: Verb, given: readonly string[]): void => {
  for (const [at, value] of given.entries())
    if (value === '') throw new UsageError(SLIPS.empty(names[at] ?? names.at(-1) ?? '""'));
  const surplus = given[max];
  if (surplus !== undefined) throw new UsageError(SLIPS.tooMany(surplus));
  const lacking = given.length < min ? names[given.length] : undefined;
  if (lacking !== undefined) throw new UsageError(SLIPS.missing(lacking));
};

/**
 * The arguments of a verb.
 * @throws {UsageError} for an option that is not known, one without a value or with an empty one, and for positional arguments
 *   that are empty, missing or too many
 */
export const parseCall = (verb: Verb, args: readonly string[]): Parsed => {
  const positionals = positionalsOf(verb, args);
  const options = optionsOf(verb, tokensOf(verb, args), positionals);
  checkPositionals(verb, positionals);
  return { options, positionals };
};
