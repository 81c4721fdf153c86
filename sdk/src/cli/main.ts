import { parseArgs } from 'node:util';
import type { Language } from '@anlian/contracts';
import { chooseCliLanguage, reportFailure } from './report.ts';
import { type Call, type CliContext, EXIT, UsageError, type Verb } from './verb.ts';

/** Every verb, loaded when it is called. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  as: () => import('./as.ts').then(({ as }) => as),
  'code show': () => import('./code.ts').then(({ codeShow }) => codeShow),
  'code verify': () => import('./code.ts').then(({ codeVerify }) => codeVerify),
  'code print': () => import('./codePrint.ts').then(({ codePrint }) => codePrint),
  'gate init': () => import('./gateInit.ts').then(({ gateInit }) => gateInit),
  'gate sync': () => import('./gate.ts').then(({ gateSync }) => gateSync),
  'gate decide': () => import('./gateDecide.ts').then(({ gateDecide }) => gateDecide),
  'gate release': () => import('./gate.ts').then(({ gateRelease }) => gateRelease),
  'gate emergency': () => import('./gate.ts').then(({ gateEmergency }) => gateEmergency),
  'gate upload': () => import('./gate.ts').then(({ gateUpload }) => gateUpload),
  'gate status': () => import('./gate.ts').then(({ gateStatus }) => gateStatus),
  'pass enrol': () => import('./pass.ts').then(({ passEnrol }) => passEnrol),
  'pass present': () => import('./pass.ts').then(({ passPresent }) => passPresent),
  verify: () => import('./verify.ts').then(({ verify }) => verify),
  doctor: () => import('./doctor.ts').then(({ doctor }) => doctor),
};

const COMMON = { lang: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;

const find = (args: readonly string[]): { verb: (() => Promise<Verb>) | undefined; rest: readonly string[] } => {
  const [first = '', second = ''] = args;
  const two = VERBS[`${first} ${second}`];
  return two ? { verb: two, rest: args.slice(2) } : { verb: VERBS[first], rest: args.slice(1) };
};

const list = async (language: Language, print: (line: string) => void): Promise<void> => {
  const verbs = await Promise.all(Object.values(VERBS).map((load) => load()));
  for (const { usage, summary } of verbs) print(`anlian ${usage}\n    ${summary[language]}`);
};

const parse = (verb: Verb, args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: { ...COMMON, ...verb.options }, allowPositionals: true });
  } catch (error) {
    // The first sentence says what is wrong; the rest is about other programs' habits.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
};

const callOf = (context: CliContext, verb: Verb, args: readonly string[], language: Language): Call => {
  const { values, positionals } = parse(verb, args);
  const { min, max } = verb.positionals;
  if (positionals.length < min || positionals.length > max) throw new UsageError(`${positionals.length} arguments`);
  const given = new Map<string, unknown>(Object.entries(values));
  const option: Call['option'] = (name) => {
    const value = given.get(name);
    return typeof value === 'string' ? value : undefined;
  };
  const flag = (name: string): boolean => given.get(name) === true;
  return { context, positionals, option, flag, language, isJson: flag('json') };
};

/**
 * The command `anlian <verb> ...`. Exit codes: 0 done, 1 refused, 2 wrong use; a verb may have more.
 * @param args what follows `anlian`
 */
export const main = async (args: readonly string[], context: CliContext): Promise<number> => {
  const language = chooseCliLanguage(args, context.env);
  const { verb: load, rest } = find(args);
  if (load === undefined) {
    const isAsked = args.length === 0 || args.includes('--help');
    await list(language, isAsked ? context.out : context.err);
    return isAsked ? EXIT.ok : EXIT.wrongUse;
  }
  const verb = await load();
  if (rest.includes('--help')) {
    context.out(`anlian ${verb.usage}\n    ${verb.summary[language]}`);
    return EXIT.ok;
  }
  try {
    return await verb.run(callOf(context, verb, rest, language));
  } catch (error) {
    return reportFailure(error, { verb, context, language, isJson: rest.includes('--json') });
  }
};
