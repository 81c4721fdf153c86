import type { Language } from '@anlian/contracts';
import { COMMON_NOTE, guideOf, shortLines } from './help.ts';
import { isHelp, parseCall, positionalsOf } from './parseCall.ts';
import { chooseCliLanguage, reportFailure } from './report.ts';
import { type Call, type CliContext, EXIT, type Verb } from './verb.ts';
import { findVerb, verbsUnder } from './verbs.ts';

const list = async (group: string, language: Language, print: (line: string) => void): Promise<void> => {
  const verbs = await Promise.all(verbsUnder(group).map((load) => load()));
  for (const line of [...verbs.flatMap((verb) => shortLines(verb, language)), '', COMMON_NOTE[language]]) print(line);
};

const callOf = (context: CliContext, verb: Verb, args: readonly string[], language: Language): Call => {
  const { options, positionals } = parseCall(verb, args);
  const option: Call['option'] = (name) => {
    const value = options.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const flag = (name: string): boolean => options.get(name) === true;
  return { context, positionals, option, flag, language, isJson: flag('json') };
};

/**
 * The command `anlian <verb> ...`. Exit codes: 0 done, 1 refused, 2 wrong use; a verb may have more.
 * @param args what follows `anlian`
 */
export const main = async (args: readonly string[], context: CliContext): Promise<number> => {
  const language = chooseCliLanguage(args, context.env);
  const found = findVerb(args);
  if ('group' in found) {
    const { group, isAsked, slip } = found;
    if (slip) context.err(`${slip[language]}\n${['anlian', group, '--help'].filter(Boolean).join(' ')}`);
    else await list(group, language, isAsked ? context.out : context.err);
    return isAsked ? EXIT.ok : EXIT.wrongUse;
  }
  const verb = await found.load();
  const guide = guideOf(verb, positionalsOf(verb, found.rest));
  if (found.rest.some(isHelp)) {
    for (const line of guide.help(language)) context.out(line);
    return EXIT.ok;
  }
  try {
    return await verb.run(callOf(context, verb, found.rest, language));
  } catch (error) {
    return reportFailure(error, { verb, guide, context, language, isJson: found.rest.includes('--json') });
  }
};
