import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { SLIPS } from '@anlian/sdk/slips';
import { WrongUse } from './wrongUse.ts';

/** What stands in a command line: options by name, a flag being `true`, and the words beside them. */
export interface ReadOptions {
  readonly options: ReadonlyMap<string, string | true>;
  readonly words: readonly string[];
}

/** @throws {WrongUse} for an option that is not known, one without a value, and one with a value that it does not take */
export const readOptions = (args: readonly string[], known: ParseArgsOptionsConfig): ReadOptions => {
  const { tokens } = parseArgs({
    args: [...args],
    options: known,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const options = new Map<string, string | true>();
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    const spec = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!spec) throw new WrongUse(SLIPS.unknown(name, Object.keys(known), '--'));
    if (spec.type === 'boolean') {
      if (value !== undefined) throw new WrongUse(SLIPS.takesNone(rawName));
      options.set(name, true);
      continue;
    }
    if (value === undefined || (!token.inlineValue && value.startsWith('-')))
      throw new WrongUse(SLIPS.valueless(rawName));
    if (value === '') throw new WrongUse(SLIPS.empty(rawName));
    options.set(name, value);
  }
  return { options, words };
};
