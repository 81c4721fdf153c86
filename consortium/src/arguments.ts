import type { ParseArgsOptionsConfig } from 'node:util';
import { SLIPS } from '@anlian/sdk/slips';
import { readOptions } from './options.ts';
import { WrongUse } from './wrongUse.ts';

const OPTIONS = {
  home: { type: 'string' },
  port: { type: 'string' },
  ledger: { type: 'string' },
  help: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** What follows `npm start --`. */
export interface Arguments {
  readonly home?: string;
  readonly port?: string;
  readonly ledger?: string;
  readonly help: boolean;
}

/** @throws {WrongUse} for an option that is not known, one without a value or with one that it does not take, and for anything else */
export const parseArguments = (args: readonly string[]): Arguments => {
  const { options, words } = readOptions(args, OPTIONS);
  const [surplus] = words;
  if (surplus !== undefined) throw new WrongUse(SLIPS.tooMany(surplus));
  return { ...Object.fromEntries(options), help: options.has('help') };
};
