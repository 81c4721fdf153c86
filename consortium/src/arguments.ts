import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Text } from '@anlian/contracts';
import { SLIPS } from '@anlian/sdk/slips';

const OPTIONS = {
  home: { type: 'string' },
  port: { type: 'string' },
  ledger: { type: 'string' },
  help: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** What was typed is wrong: exit code 2, with the usage. */
export class WrongUse extends Error {
  readonly text: Text;

  constructor(text: Text) {
    super(text.en);
    this.name = 'WrongUse';
    this.text = text;
  }
}

/** What follows `npm start --`. */
export interface Arguments {
  readonly home?: string;
  readonly port?: string;
  readonly ledger?: string;
  readonly help: boolean;
}

const isOption = (name: string): name is keyof typeof OPTIONS => Object.hasOwn(OPTIONS, name);

/** @throws {WrongUse} for an option that is not known, one without a value or with one that it does not take, and for anything else */
export const parseArguments = (args: readonly string[]): Arguments => {
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given: { home?: string; port?: string; ledger?: string; help: boolean } = { help: false };
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new WrongUse(SLIPS.tooMany(token.value));
    const { name, rawName, value } = token;
    if (!isOption(name)) throw new WrongUse(SLIPS.unknown(name, Object.keys(OPTIONS), '--'));
    if (name === 'help') {
      if (value !== undefined) throw new WrongUse(SLIPS.takesNone(rawName));
      given.help = true;
      continue;
    }
    if (value === undefined || (!token.inlineValue && value.startsWith('-')))
      throw new WrongUse(SLIPS.valueless(rawName));
    if (value === '') throw new WrongUse(SLIPS.empty(rawName));
    given[name] = value;
  }
  return given;
};
